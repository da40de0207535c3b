import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import { afterEach, expect, test } from 'vitest';
import { people } from '../../support/people.ts';
import { noisePng } from '../../support/scene.ts';
import { TestClient } from '../../support/test-client.ts';
import { startTestDatabase } from '../../support/test-database.ts';
import { TUS_PATH } from '../../support/tus-client.ts';

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

async function startProcess(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const program = join(import.meta.dirname, 'server-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', program], {
    env: { ...process.env, LOG_LEVEL: 'silent', SUPPORT_CHAT_RENDITION_CONCURRENCY: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [line] = await once(child.stdout ?? child, 'data');
  return { child, url: String(line).trim() };
}

test('an upload whose server was killed in its midst goes on with the next one, from its last stored piece', async () => {
  const database = await startTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'attache-killed-'));
  const AUTH_SECRET = 'a secret for tests, thirty-two characters and more';
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, AUTH_SECRET };
  const first = await startProcess({ ...env, PORT: '0' });
  const { url } = first;
  const anna = await TestClient.signIn(url, people.anna.email);
  const file = noisePng(40_000_000);
  const finished = Promise.withResolvers<string>();
  finished.promise.catch(() => {});
  const resumedAt: number[] = [];
  let isKilled = false;
  // One request for all, as the library sends unless told otherwise.
  const upload = new Upload(file, {
    endpoint: `${url}${TUS_PATH}`,
    headers: { cookie: anna.cookie ?? '', origin: url },
    metadata: { filename: 'big.png' },
    retryDelays: Array.from({ length: 40 }, () => 500),
    onProgress: (sent) => void (isKilled && resumedAt.push(sent)),
    onSuccess: ({ lastResponse }) => finished.resolve(lastResponse.getBody()),
    onError: finished.reject,
  });
  upload.start();
  await expect
    .poll(async () => Number((await database.prisma.resumableUpload.findFirst())?.offsetBytes ?? 0), {
      interval: 5,
      timeout: 30_000,
    })
    .toBeGreaterThan(0);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  isKilled = true;
  const kept = Number((await database.prisma.resumableUpload.findFirst())?.offsetBytes ?? 0);
  await startProcess({ ...env, PORT: new URL(url).port });
  const { attachment } = JSON.parse(await finished.promise);
  const bytes = Buffer.from(await (await anna.fetch(attachment.url)).arrayBuffer());
  expect(bytes.equals(file)).toBe(true);
  expect(kept).toBeLessThan(file.length);
  expect(resumedAt[0]).toBeGreaterThanOrEqual(kept);
  for (const child of running) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
  await database.close();
});
