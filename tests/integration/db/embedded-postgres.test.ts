import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';

const USER_PROGRAM = fileURLToPath(new URL('./embedded-user.ts', import.meta.url));

let dataDir: string;
beforeEach(async () => {
  // Mode 0700, as fresh clones of careful people are.
  dataDir = await mkdtemp(join(tmpdir(), 'attache-embedded-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Another process that uses the database until told to leave. */
async function startUser() {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [USER_PROGRAM, dataDir], {
    stdio: 'pipe',
    env: { NODE_ENV: 'test', PATH: process.env.PATH },
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    exited.then(() => Promise.reject(new Error(errors.join('')))),
  ]);
  const leave = async () => {
    child.stdin.end();
    await exited;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, leave, kill };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = async () =>
  Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function isGone(pid: number): Promise<boolean> {
  for (let waitedMs = 0; isAlive(pid) && waitedMs < 20_000; waitedMs += 20) await sleep(20);
  return !isAlive(pid);
}

describe('the embedded database', () => {
  it('is PostgreSQL with UTF-8 and a clock in UTC, keeps its data, and leaves no process behind', async () => {
    const first = await joinEmbeddedPostgres(dataDir);
    const pid = await serverPid();
    const facts = `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
      current_setting('fsync') AS fsync`;
    expect(await query(first.url, facts)).toEqual([{ encoding: 'UTF8', zone: 'UTC', fsync: 'on' }]);
    await query(first.url, `CREATE TABLE kept AS SELECT 'Ж' AS letter`);
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    const second = await joinEmbeddedPostgres(dataDir);
    expect(await query(second.url, 'SELECT letter FROM kept')).toEqual([{ letter: 'Ж' }]);
    await second.stop();
  });

  it('is created once by two processes that start together, and ends with the last that leaves', async () => {
    const [one, other] = await Promise.all([startUser(), startUser()]);
    expect(one.url).toBe(other.url);
    const pid = await serverPid();
    await one.leave();
    expect(await query(other.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await other.leave();
    expect(isAlive(pid)).toBe(false);
  });

  it('outlives the command that started it while a server uses it', async () => {
    const command = await startUser();
    const server = await joinEmbeddedPostgres(dataDir);
    expect(server.url).toBe(command.url);
    await command.kill();
    await sleep(500);
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it('stops by itself when its only user is killed, without losing what was committed', async () => {
    const killed = await startUser();
    const pid = await serverPid();
    await query(killed.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await killed.kill();
    expect(await isGone(pid)).toBe(true);
    const next = await joinEmbeddedPostgres(dataDir);
    expect(await query(next.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await next.stop();
  });

  it('starts after a crash, also when its old process id belongs to another program by now', async () => {
    const crashed = await startUser();
    const pid = await serverPid();
    const pidFile = join(dataDir, 'postgres/data/postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    process.kill(pid, 'SIGKILL');
    await crashed.kill();
    expect(await isGone(pid)).toBe(true);
    await writeFile(pidFile, left.replace(/^\d+/, String(process.ppid)));
    const next = await joinEmbeddedPostgres(dataDir);
    expect(await query(next.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await next.stop();
  });

  it('is shared inside a process, and runs until its last user there has stopped', async () => {
    const [server, job] = await Promise.all([joinEmbeddedPostgres(dataDir), joinEmbeddedPostgres(dataDir)]);
    expect(job.url).toBe(server.url);
    await job.stop();
    await job.stop();
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
  });
});

describe('the embedded database is private', () => {
  it('has a password file that only its owner reads, and asks for the password', async () => {
    const database = await joinEmbeddedPostgres(dataDir);
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
    const wrong = new URL(database.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await database.stop();
  });

  it('listens on loopback alone', async () => {
    const database = await joinEmbeddedPostgres(dataDir);
    const port = Number(new URL(database.url).port);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && address.family === 'IPv4');
    for (const { address } of outside) {
      const socket = connect({ host: address, port });
      const [error] = await once(socket, 'error');
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
    await database.stop();
  });
});

describe('the embedded database says in one line why it cannot start', () => {
  it('when its folder cannot be written', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const starting = joinEmbeddedPostgres(join(dataDir, 'file/below'));
    await expect(starting).rejects.toThrow(/^DATA_DIR .* cannot be written \(ENOTDIR\)\.$/);
  });

  it('when another version of PostgreSQL made it', async () => {
    await (await joinEmbeddedPostgres(dataDir)).stop();
    await writeFile(join(dataDir, 'postgres/data/PG_VERSION'), '17\n');
    await expect(joinEmbeddedPostgres(dataDir)).rejects.toThrow(/made by PostgreSQL 17/);
  });

  it('when its data are damaged', async () => {
    await (await joinEmbeddedPostgres(dataDir)).stop();
    await rm(join(dataDir, 'postgres/data/global/pg_control'));
    await expect(joinEmbeddedPostgres(dataDir)).rejects.toThrow(/did not start: .*pg_control/);
  });
});
