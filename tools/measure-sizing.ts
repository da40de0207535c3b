// Measures the figures of docs/sizing.md on this machine: a server of its own with the demo, embedded PostgreSQL and local
// storage. node --import ./scripts/prepare/runtime.mjs tools/measure-sizing.ts [MINUTES]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sharp from 'sharp';
import { findEmbeddedUrl } from '#shared/db/embedded/embedded-postgres.ts';
import { freePort } from '#shared/net/ports.ts';
import { TestClient } from '#tests/support/test-client.ts';

const MESSAGES_PER_MINUTE = 100;
const OPEN_PAGES = 200;
const FILES_PER_MESSAGE = 10;
const TICKS_PER_SECOND = 100;

const minutes = Number(process.argv[2] ?? 3);
const dataDir = mkdtempSync(join(tmpdir(), 'attache-sizing-'));
const port = await freePort();
const env = {
  ...process.env,
  NODE_ENV: 'production' as const,
  PORT: String(port),
  DATA_DIR: dataDir,
  LOG_LEVEL: 'warn',
  SUPPORT_CHAT_WRITES_PER_MINUTE: '100000',
};
const server = spawn(process.execPath, ['src/server/main.ts', '--managed'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => server.once('exit', resolve));
await new Promise<void>((resolve) =>
  server.stdout.on('data', (chunk: Buffer) => chunk.includes('is ready') && resolve()),
);
const url = `http://127.0.0.1:${port}`;
const database = new pg.Pool({ connectionString: findEmbeddedUrl(dataDir) ?? '', max: 1 });
const report: Record<string, number | string> = { node: process.versions.node };
try {
  await sleep(20_000);
  report.memoryAtRestMb = memoryMb();
  const anna = await TestClient.signIn(url, 'anna@demo.test');
  const sofia = await TestClient.signIn(url, 'sofia@demo.test');
  const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', { initialMessage: 'Hello' });
  const streams = await openPages(anna, sofia);
  report.memoryWithPagesMb = memoryMb();
  Object.assign(report, await sendMessages(anna, sofia, dialogId));
  report.connections = Number(
    (await database.query(`SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'attache%'`)).rows[0]
      .count,
  );
  for (const stream of streams) stream.abort();
  Object.assign(report, await measureDisk(anna, dialogId));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await database.end();
  server.kill('SIGTERM');
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}

function memoryMb(): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024);
}

/** The server's own time on a processor; PostgreSQL counts apart. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function openPages(...clients: TestClient[]): Promise<AbortController[]> {
  const streams: AbortController[] = [];
  for (let page = 0; page < OPEN_PAGES; page += 1) {
    const stream = new AbortController();
    const client = clients[page % clients.length];
    const response = await client?.fetch('/api/support-chat/events', { signal: stream.signal });
    response?.body?.pipeTo(new WritableStream()).catch(() => undefined);
    streams.push(stream);
  }
  return streams;
}

async function sendMessages(anna: TestClient, sofia: TestClient, dialogId: string) {
  const pid = server.pid ?? 0;
  const startedAt = { ours: cpuSeconds(pid), postgres: postgresSeconds(), ms: Date.now() };
  let memoryBusyMb = 0;
  const count = MESSAGES_PER_MINUTE * minutes;
  for (let sent = 0; sent < count; sent += 1) {
    const sender = sent % 2 === 0 ? anna : sofia;
    await sender.mutate('supportChat.sendMessage', { dialogId, text: `Message ${sent}: how is my order doing?` });
    await (sent % 2 === 0 ? sofia : anna).query('supportChat.userGetMessages', { dialogId });
    memoryBusyMb = Math.max(memoryBusyMb, memoryMb());
    await sleep(Math.max(0, startedAt.ms + ((sent + 1) * 60_000) / MESSAGES_PER_MINUTE - Date.now()));
  }
  const hundreds = count / 100;
  const round = (seconds: number) => Math.round((seconds / hundreds) * 100) / 100;
  return {
    memoryBusyMb,
    cpuSecondsPer100Messages: round(cpuSeconds(pid) - startedAt.ours),
    postgresCpuSecondsPer100Messages: round(postgresSeconds() - startedAt.postgres),
  };
}

/** Of the postmaster and everything it started, ended processes included. */
function postgresSeconds(): number {
  const postmaster = Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  const children = execFileSync('pgrep', ['-P', String(postmaster)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
  const fields = readFileSync(`/proc/${postmaster}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ended = (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  return [postmaster, ...children].reduce((sum, pid) => sum + cpuSeconds(pid), ended);
}

async function measureDisk(anna: TestClient, dialogId: string) {
  const size = async () =>
    Number((await database.query('SELECT pg_database_size(current_database())')).rows[0].pg_database_size);
  const before = await size();
  const files = 1000;
  for (let sent = 0; sent < files; sent += FILES_PER_MESSAGE) {
    const attachments: { attachmentId: string }[] = [];
    for (let file = 0; file < FILES_PER_MESSAGE; file += 1) {
      const { id } = await anna.upload({ bytes: `text ${sent + file}`, name: `note-${sent + file}.txt`, dialogId });
      attachments.push({ attachmentId: id });
    }
    await anna.mutate('supportChat.sendMessage', { dialogId, text: 'Files', attachments });
  }
  const perThousand = (await size()) - before;
  const photo = await sharp({
    create: {
      width: 4000,
      height: 3000,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
      background: '#888',
    },
  })
    .jpeg({ quality: 80 })
    .toBuffer();
  const folder = () =>
    Number(execFileSync('du', ['-sb', join(dataDir, 'storage')], { encoding: 'utf8' }).split('\t')[0]);
  const earlier = folder();
  const { id } = await anna.upload({ bytes: photo, name: 'photo.jpg', dialogId });
  await anna.mutate('supportChat.sendMessage', { dialogId, text: 'photo', attachments: [{ attachmentId: id }] });
  await sleep(15_000);
  return {
    databaseMbPerThousandFiles: Math.round(perThousand / 1e5) / 10,
    photoMb: Math.round(photo.length / 1e4) / 100,
    photoWithPreviewsMb: Math.round((folder() - earlier) / 1e4) / 100,
  };
}
