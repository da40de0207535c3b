import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Each file breaks one arrow of the house; `null` breaks none. */
const FILES: Record<string, { rule: string | null; source: string }> = {
  'src/shared/plain.ts': { rule: null, source: 'export const plain = 1;' },
  'src/shared/db/prisma-client.ts': { rule: null, source: 'export const createPrisma = 1;' },
  'src/shared/http/range.ts': { rule: null, source: 'export const range = 1;' },
  'src/entities/chat/good.ts': { rule: null, source: `import '#shared/plain.ts';` },
  'src/features/chat/good.ts': { rule: null, source: `import '#entities/chat/good.ts';` },
  'src/server/good.ts': { rule: null, source: `import '#features/chat/good.ts'` },
  'src/app/good.ts': { rule: null, source: `import type { x } from '#shared/db/prisma-client.ts';` },
  'src/shared/a.ts': { rule: 'shared-knows-no-chat', source: `import '#entities/chat/good.ts';` },
  'src/entities/a.ts': { rule: 'entities-know-no-use-case', source: `import '#features/chat/good.ts';` },
  'src/entities/b.ts': { rule: 'entities-know-no-bytes-http-or-react', source: `import 'react';` },
  'src/entities/c.ts': { rule: 'entities-know-no-bytes-http-or-react', source: `import '#shared/http/range.ts';` },
  'src/features/a.ts': { rule: 'features-know-no-delivery-shell', source: `import '#server/good.ts';` },
  'src/features/b.ts': { rule: 'features-use-repositories', source: `import '#shared/db/prisma-client.ts';` },
  'src/features/d.ts': { rule: 'no-dev-package-on-the-server', source: `import 'vitest';` },
  'src/app/a.ts': { rule: 'pages-know-no-database-and-no-storage', source: `import '#shared/db/prisma-client.ts';` },
  'src/app/b.ts': { rule: 'pages-know-no-server', source: `import '#server/good.ts';` },
  'src/app/c.ts': { rule: 'no-test-tool-in-the-pages', source: `import 'vitest';` },
  'src/server/a.ts': { rule: 'server-knows-no-page', source: `import '#app/good.ts';` },
  'src/shared/c1.ts': { rule: 'no-circle', source: `import './c2.ts'; export const c1 = 1;` },
  'src/shared/c2.ts': { rule: null, source: `import './c1.ts'; export const c2 = 1;` },
  'src/features/support-chat/_ui/engine/good.ts': { rule: null, source: `import '#shared/plain.ts';` },
  'src/features/support-chat/_ui/composer/good.ts': {
    rule: null,
    source: `import type { x } from '../engine/good.ts';`,
  },
  'src/features/support-chat/_ui/outbox/a.ts': {
    rule: 'ui-rooms-in-order',
    source: `import type { x } from '../engine/good.ts';`,
  },
  'src/features/support-chat/_ui/engine/a.ts': { rule: 'ui-rooms-in-order', source: `import '../composer/good.ts';` },
  'src/features/chat/_api/good.ts': { rule: null, source: `import type { x } from '../good.ts';` },
  'src/features/chat/_services/a.ts': { rule: 'segments-in-order', source: `import '../_api/good.ts';` },
  'src/features/support-chat/_ui/annex/a.ts': { rule: 'ui-room-has-a-place', source: `import '../engine/good.ts';` },
  'src/shared/d.ts': { rule: 'no-import-of-nothing', source: `import './nowhere.ts';` },
};

let folder: string;
let broken: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attache-rooms-'));
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await cp(join(ROOT, file), join(folder, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, { source }] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${source}\nexport {};\n`);
  }
  const depcruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  const report = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  broken = report.summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run lint', () => {
  it.each(Object.entries(FILES).filter(([, { rule }]) => rule !== null))('refuses %s', (path, { rule }) => {
    expect(broken).toContain(`${path} ${rule}`);
  });

  it('refuses a circle of folders that only types close', () => {
    for (const room of ['engine', 'composer']) {
      expect(broken).toContain(`src/features/support-chat/_ui/${room} no-circle-of-ui-rooms`);
    }
  });

  it('allows what points to the left', () => {
    const good = Object.entries(FILES).filter(([path, { rule }]) => rule === null && !path.includes('/c2'));
    expect(broken.filter((line) => good.some(([path]) => line.startsWith(`${path} `)))).toEqual([]);
  });
});
