import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { freePort } from '#shared/net/ports.ts';
import { startProgram } from './child-process.ts';
import { addExitHook } from './exit-hooks.ts';
import { startNginx } from './nginx.ts';

/** What a run measures: our server, the baseline, nginx where installed; with one signed-in customer. */
export interface TestBed {
  server: { url: string; pid: number };
  baseline: { url: string };
  /** Null where nginx is not installed. */
  nginx: { url: string } | null;
  cookie: string;
  storageDir: string;
  databaseUrl: string;
  /** Uploads a file of that size and sends it in a message. @returns the path to download it from */
  addFile(sizeBytes: number): Promise<string>;
  close(): Promise<void>;
}

const UNLIMITED = '1000000000';

/** @throws when a program does not start; `runExitHooks` stops those that did */
export async function startTestBed(settings: Record<string, string> = {}): Promise<TestBed> {
  const dir = await mkdtemp(join(tmpdir(), 'attache-bench-'));
  const storageDir = join(dir, 'storage');
  await mkdir(storageDir, { recursive: true });
  const removeFiles = addExitHook(() => rm(dir, { recursive: true, force: true }));
  const stopAbandonedDatabase = addExitHook(() => stopAbandoned(dir));
  const env = {
    DATA_DIR: dir,
    PORT: String(await freePort()),
    DEMO: '0',
    LOG_LEVEL: 'error',
    NODE_ENV: 'production',
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: UNLIMITED,
    SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: '10000',
    SUPPORT_CHAT_ATTACHMENT_MAX_STAGED: '100000',
    SUPPORT_CHAT_ATTACHMENT_MAX_STAGED_BYTES: '1000000000000',
    ...settings,
  };
  const url = `http://127.0.0.1:${env.PORT}`;
  const server = await startProgram(['src/server/main.ts', '--managed'], env, `${url}/api/health`);
  const database = await databaseUrlFor({ databaseUrl: null, dataDir: dir });
  const stopDatabase = addExitHook(() => database.stop());
  const baselinePort = await freePort();
  const baseline = await startProgram(
    ['bench/baseline-server.ts', String(baselinePort), database.url, storageDir],
    {},
    `http://127.0.0.1:${baselinePort}/none`,
  );
  const nginx = await startNginx(join(dir, 'nginx'), storageDir);
  const stopNginx = addExitHook(async () => nginx?.stop());
  const cookie = await signUp(url);
  return {
    server: { url, pid: server.pid },
    baseline: { url: `http://127.0.0.1:${baselinePort}` },
    nginx,
    cookie,
    storageDir,
    databaseUrl: database.url,
    addFile: (sizeBytes) => addFile(url, cookie, sizeBytes),
    async close() {
      await stopNginx();
      await baseline.stop();
      await stopDatabase();
      await server.stop();
      await stopAbandonedDatabase();
      await removeFiles();
    },
  };
}

/** A server killed during its start leaves its database running; the last user to detach stops it. */
async function stopAbandoned(dataDir: string): Promise<void> {
  if (!existsSync(join(dataDir, 'postgres/data/postmaster.pid'))) return;
  await (await databaseUrlFor({ databaseUrl: null, dataDir })).stop();
}

async function signUp(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name: 'Bench', email: 'bench@example.test', password: randomBytes(12).toString('hex') }),
  });
  if (!response.ok) throw new Error(`sign-up answered ${response.status}`);
  await response.arrayBuffer();
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

/** A PNG signature and noise: an accepted type, bytes that do not compress. */
export function randomPng(sizeBytes: number): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(Math.max(0, sizeBytes - 8))]);
}

async function addFile(url: string, cookie: string, sizeBytes: number): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([randomPng(sizeBytes)]), 'bench.png');
  const uploaded = await fetch(`${url}/api/support-chat/uploads`, { method: 'POST', headers: { cookie }, body: form });
  if (uploaded.status !== 201) throw new Error(`upload answered ${uploaded.status}: ${await uploaded.text()}`);
  const { attachment } = await uploaded.json();
  const sent = await fetch(`${url}/api/trpc/supportChat.createDialog`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ attachments: [{ attachmentId: attachment.id }] }),
  });
  if (!sent.ok) throw new Error(`createDialog answered ${sent.status}: ${await sent.text()}`);
  return attachment.url;
}

/** A file that nginx serves straight from the folder. */
export async function writePlainFile(storageDir: string, name: string, sizeBytes: number): Promise<void> {
  await writeFile(join(storageDir, name), randomPng(sizeBytes));
}
