// Called by tools/check-image.sh with the mounted root of the image and its configuration: measures it, and runs it the way
// Kubernetes does, read-only, as a user it does not know, with temporary folders, beside a PostgreSQL of the project's.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';
import { freePort } from '#shared/net/ports.ts';
import { TestClient } from '#tests/support/test-client.ts';

const MAX_MEGABYTES = 500;
const STRANGER = 23_456;
const PASSWORD = 'a long pass phrase';

interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  StopSignal: string;
}

const [root = '', configFile = ''] = process.argv.slice(2);
const { OCIv1, Docker } = JSON.parse(readFileSync(configFile, 'utf8'));
const config: ImageConfig = OCIv1.config;
const healthcheck: string[] = Docker?.config?.Healthcheck?.Test ?? [];
const scratch = mkdtempSync(join(tmpdir(), 'attache-check-image-'));
const database = await joinEmbeddedPostgres(join(scratch, 'database'));
try {
  checkSize();
  await checkRun();
  say('the image is sound');
} finally {
  await database.stop();
  rmSync(scratch, { recursive: true, force: true });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function ensure(isTrue: boolean, expectation: string): void {
  if (!isTrue) throw new Error(`Not so: ${expectation}`);
  say(`  ${expectation}`);
}

function checkSize(): void {
  const megabytes = Number(execFileSync('du', ['-sm', '--one-file-system', root], { encoding: 'utf8' }).split('\t')[0]);
  ensure(megabytes < MAX_MEGABYTES, `the image has ${megabytes} MB, under ${MAX_MEGABYTES}`);
  ensure(/^[1-9]\d*(:\d+)?$/.test(config.User), `its user is a number and not root: ${config.User}`);
  ensure(config.StopSignal === 'SIGTERM', 'it is stopped by SIGTERM');
}

/** In namespaces of its own: the root read-only, /tmp and the data folder empty and in memory, no other process in sight. */
function start(command: readonly string[], env: Record<string, string>, input?: string): ChildProcess {
  const data = join(root, 'var/lib/attache');
  const mounts = [
    `mount --rbind "${root}" "${root}"`,
    `mount -o remount,bind,ro "${root}"`,
    `mount -t proc proc "${root}/proc"`,
    `mount --rbind /dev "${root}/dev"`,
    `mount -t tmpfs -o mode=1777 tmpfs "${root}/tmp"`,
    // Shared by the commands of this check, as a volume would be.
    `mount --bind "${join(scratch, 'data')}" "${data}"`,
  ];
  const settings = [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const entry = [
    'chroot',
    `--userspec=${STRANGER}:${STRANGER}`,
    root,
    '/usr/bin/env',
    '-i',
    '-C',
    '/srv/attache',
    ...settings,
  ];
  const script = `mkdir -p "${scratch}/data" && chown ${STRANGER} "${scratch}/data" && ${mounts.join(' && ')} && exec "$@"`;
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child=SIGTERM', 'sh', '-c', script, 'sh', ...entry, ...command],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.end(input ?? '');
  return child;
}

async function run(command: readonly string[], env: Record<string, string>, input?: string) {
  const child = start(command, env, input);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout ?? []), text(child.stderr ?? [])]);
  return { code: await closed, output: (stdout + stderr).trim() };
}

async function checkRun(): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret for this check, forty characters and more',
    PORT: String(port),
    APP_URL: url,
    LOG_LEVEL: 'warn',
  };
  const attache = (...args: string[]) => [...config.Entrypoint, ...args];
  const write = await run(['/usr/bin/touch', '/srv/attache/x'], {});
  ensure(write.code !== 0 && /Read-only/.test(write.output), `its root is read-only: ${write.output}`);
  const migrated = await run(attache('db:migrate'), env);
  ensure(migrated.code === 0, `db:migrate: ${migrated.output.slice(-120)}`);
  const admin = await run(
    attache('admin:create', '--email', 'root@example.org', '--name', 'Root'),
    env,
    `${PASSWORD}\n`,
  );
  ensure(admin.code === 0, `admin:create: ${admin.output.slice(-120)}`);
  const server = start([...config.Entrypoint, ...config.Cmd], env);
  const ended = new Promise<number | null>((resolve) => server.once('close', resolve));
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('is ready:')) {
    if (server.exitCode !== null) throw new Error(`The server ended: ${said}`);
    await sleep(100);
  }
  const health = await run(healthcheck.slice(1), env);
  ensure(healthcheck[0] === 'CMD' && health.code === 0, 'its health check finds the server');
  await sendFiles(url);
  const cleaned = await run(attache('cron:cleanup-support-chat-attachments'), env);
  ensure(cleaned.code === 0 && /"deleted":0/.test(cleaned.output), `the hourly job: ${cleaned.output}`);
  server.kill('SIGTERM');
  ensure((await ended) !== null, 'SIGTERM ends it');
}

/** A picture, a PDF and a video get their previews: renderer, fonts and ffmpeg are there and may work. */
async function sendFiles(url: string): Promise<void> {
  const account = { email: 'customer@example.org', name: 'Customer', password: PASSWORD };
  const headers = { 'content-type': 'application/json', origin: url };
  await fetch(`${url}/api/auth/sign-up/email`, { method: 'POST', headers, body: JSON.stringify(account) });
  const customer = await TestClient.signIn(url, account.email, PASSWORD);
  const page = await customer.fetch('/support-chat');
  ensure(page.status === 200, 'pages are served');
  for (const [name, type] of [
    ['photo-1.jpg', 'image/jpeg'],
    ['invoice.pdf', 'application/pdf'],
    ['clip.mp4', 'video/mp4'],
  ] as const) {
    const { id } = await customer.upload({ bytes: readFileSync(`prisma/demo-assets/${name}`), name, type });
    const { dialogId } = await customer.mutate<{ dialogId: string }>('supportChat.createDialog', {
      attachments: [{ attachmentId: id }],
    });
    const address = `/api/support-chat/attachments/${dialogId}/${id}?variant=thumbnail`;
    let answer = await customer.fetch(address);
    for (let waited = 0; waited < 600 && answer.headers.get('content-type') !== 'image/webp'; waited += 1) {
      await sleep(100);
      answer = await customer.fetch(address);
    }
    ensure(answer.headers.get('content-type') === 'image/webp', `${name} has a thumbnail`);
  }
}
