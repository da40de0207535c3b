import { existsSync, globSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from '#tests/support/test-client.ts';
import { useDatabase } from '#tests/support/test-database.ts';
import { ProductionFolder } from './production-folder.ts';

const PASSWORD = 'a long pass phrase';

const blank = useDatabase('blank');
let folder: ProductionFolder;
let dataDir: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await ProductionFolder.make();
  dataDir = await mkdtemp(join(tmpdir(), 'attache-data-'));
  await chmod(dataDir, 0o777);
  env = { DATABASE_URL: blank.url, AUTH_SECRET: 's'.repeat(16) + 't'.repeat(24), DATA_DIR: dataDir };
}, 300_000);
afterAll(async () => {
  await folder?.remove();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

describe('the folder that npm run package makes', () => {
  it('holds no development package, no test and no compiler', () => {
    const tools = ['@biomejs/biome', 'lucide-react', 'next-intl', 'playwright-core', 'prisma', 'typescript', 'vitest'];
    expect(tools.filter((name) => !existsSync(join('node_modules', name)))).toEqual([]);
    expect(tools.filter((name) => existsSync(join(folder.path, 'node_modules', name)))).toEqual([]);
    expect(globSync('{src,scripts,tests}/**/*.test.*', { cwd: folder.path })).toEqual([]);
    expect(globSync('node_modules/@next/swc-*', { cwd: folder.path })).toEqual([]);
  });

  it('lists every package it holds in an SBOM with its hash, and in the notices', () => {
    const { components } = JSON.parse(readFileSync(join(folder.path, 'sbom.cdx.json'), 'utf8'));
    const listed = new Set(components.map((component: { purl: string }) => decodeURIComponent(component.purl)));
    const manifests = globSync('node_modules/{*,@*/*}/package.json', { cwd: folder.path });
    expect(manifests.length).toBeGreaterThan(50);
    const notices = readFileSync(join(folder.path, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const file of manifests) {
      const { name, version } = JSON.parse(readFileSync(join(folder.path, file), 'utf8'));
      expect(listed).toContain(`pkg:npm/${name}@${version}`);
      expect(notices).toContain(`\n${name} ${version}\n`);
    }
    for (const { purl, hashes } of components) expect(hashes?.[0]?.alg, purl).toBe('SHA-512');
  });

  it('says what it can do, and refuses what it cannot', async () => {
    const help = await folder.run([], {});
    expect(help).toMatchObject({ code: 2, stdout: '' });
    expect(help.stderr).toMatch(/^Attaché \d+\.\d+\.\d+\. Usage: attache COMMAND \[FLAGS\].*serve/);
    expect(help.stderr).not.toMatch(/ (start|build|test|lint)\b/);
    expect(await folder.run(['dance'], {})).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^No command dance;/),
    });
  });

  it('migrates, makes an administrator, serves pages, files and previews as a user who owns nothing, and stops', async () => {
    const early = await folder.run(['serve'], env);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('Run: npm run db:migrate') });
    const migrated = await folder.run(['db:migrate'], env);
    expect(migrated, migrated.stderr).toMatchObject({ code: 0 });
    const made = await folder.run(
      ['admin:create', '--email', 'root@example.org', '--name', 'Root'],
      env,
      `${PASSWORD}\n`,
    );
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const product = await folder.serve(env);
    const admin = await TestClient.signIn(product.url, 'root@example.org', PASSWORD);
    const page = await admin.fetch('/admin/people');
    expect(page.status).toBe(200);
    const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(await page.text())?.[1];
    expect((await admin.fetch(script ?? '')).status).toBe(200);
    const signUp = await fetch(`${product.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: product.url },
      body: JSON.stringify({ email: 'c@example.org', name: 'C', password: PASSWORD }),
    });
    expect(signUp.status).toBe(200);
    await sendsAPicture(await TestClient.signIn(product.url, 'c@example.org', PASSWORD));
    expect(await product.stop()).toBe(0);
  });
});

async function sendsAPicture(customer: TestClient): Promise<void> {
  const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
  const { id } = await customer.upload({ bytes, name: 'photo.jpg', type: 'image/jpeg' });
  const { dialogId } = await customer.mutate<{ dialogId: string }>('supportChat.createDialog', {
    topic: 'Picture',
    attachments: [{ attachmentId: id }],
  });
  const thumbnail = `/api/support-chat/attachments/${dialogId}/${id}?variant=thumbnail`;
  await expect.poll(async () => (await customer.fetch(thumbnail)).headers.get('content-type')).toBe('image/webp');
  const original = await customer.fetch(`/api/support-chat/attachments/${dialogId}/${id}`);
  expect((await original.arrayBuffer()).byteLength).toBeGreaterThan(0);
}
