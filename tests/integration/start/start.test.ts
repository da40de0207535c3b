import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#shared/net/ports.ts';
import { TestClient } from '#tests/support/test-client.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Building the pages is part of a first start. */
const START_MS = 300_000;

let dataDir: string;
let started: ChildProcess[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'attache-start-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** `npm start` without npm: a terminal nowhere, nothing on standard input. */
function start(env: Record<string, string>, command = process.execPath, args = ['scripts/start.mjs']) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const ready = async () => {
    for (;;) {
      const url = /ready: (\S+)/.exec(said.out)?.[1];
      if (url) return url;
      if (child.exitCode !== null) throw new Error(said.out + said.err);
      await sleep(50);
    }
  };
  return { child, said, exited, ready };
}

async function listenSomewhere(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}

const databasePid = async () =>
  Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

async function isGone(pid: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 50) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

const answers = (url: string, path = '/api/health') =>
  fetch(url + path).then(
    (response) => response.ok,
    () => false,
  );

describe('npm start', () => {
  it('serves the demo on its address, and SIGTERM ends everything it started', { timeout: START_MS }, async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const product = start({ PORT: String(port) });
    // The demo is there before the first request is taken: whoever waits for this signs in at once.
    while (!(await answers(url, '/api/ready'))) await sleep(20);
    const anna = await TestClient.signIn(url, 'anna@demo.test');
    expect(await anna.query('supportChat.userListDialogs')).toMatchObject({ items: [{ unreadCount: 0 }] });
    expect((await anna.fetch('/support-chat')).status).toBe(200);
    expect(await product.ready()).toBe(url);
    expect(product.said.out).toContain('anna@demo.test');
    const database = await databasePid();
    product.child.kill('SIGTERM');
    product.child.kill('SIGTERM');
    expect(await product.exited).toBe(0);
    expect(await isGone(database)).toBe(true);
    expect(await answers(url)).toBe(false);
  });

  it('ends everything when npm alone is told, as process managers do', { timeout: START_MS }, async () => {
    const product = start({ PORT: String(await freePort()), DEMO: '0' }, 'npm', ['start']);
    const url = await product.ready();
    const database = await databasePid();
    // A shell between npm and us would keep this signal to itself.
    product.child.kill('SIGINT');
    expect(await product.exited).toBe(0);
    expect(await isGone(database)).toBe(true);
    expect(await answers(url)).toBe(false);
  });

  it('ends what it has started when it is told to before it serves', { timeout: START_MS }, async () => {
    const port = await freePort();
    const product = start({ PORT: String(port), DEMO: '0' });
    let database = Number.NaN;
    // Negative while the cluster is being made.
    while (!(database > 0)) database = await databasePid().catch(() => Number.NaN);
    product.child.kill('SIGTERM');
    expect(await product.exited).toBe(0);
    expect(await isGone(database)).toBe(true);
    expect(await answers(`http://127.0.0.1:${port}`)).toBe(false);
  });

  it('leaves nothing running when it is killed outright', { timeout: START_MS }, async () => {
    const product = start({ PORT: String(await freePort()), DEMO: '0' });
    const url = await product.ready();
    const database = await databasePid();
    product.child.kill('SIGKILL');
    expect(await isGone(database)).toBe(true);
    expect(await answers(url)).toBe(false);
  });
});

describe('npm start says in one line why it cannot, and starts nothing', () => {
  const refusal = async (env: Record<string, string>) => {
    const product = start(env);
    const code = await product.exited;
    expect(product.said.out).toBe('');
    await expect(databasePid()).rejects.toThrow();
    return { code, lines: product.said.err.trim().split('\n') };
  };

  it('when the port is taken', async () => {
    const { server, port } = await listenSomewhere();
    const { code, lines } = await refusal({ PORT: String(port) });
    server.close();
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`)]);
  });

  it('when the database does not answer', async () => {
    const { code, lines } = await refusal({
      PORT: String(await freePort()),
      DATABASE_URL: `postgresql://a:b@127.0.0.1:${await freePort()}/x`,
    });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^The database at 127\.0\.0\.1:\d+ cannot be reached/)]);
  });

  it('when its folder cannot be written', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const { code, lines } = await refusal({ PORT: String(await freePort()), DATA_DIR: join(dataDir, 'file/below') });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining('cannot be written')]);
  });
});
