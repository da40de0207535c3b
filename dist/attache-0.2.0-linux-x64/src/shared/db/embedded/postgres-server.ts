import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './postgres-binaries.ts';
import { type Cluster, findPostmaster, isAlive, type Postmaster, removeForeignPidFile } from './postgres-cluster.ts';
import { chooseUnprivilegedUser, commandEnvironment, handOver } from './unprivileged-user.ts';

const POLL_MS = 15;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const MAX_LOG_BYTES = 4 * 1024 * 1024;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // Nobody replicates an embedded database, so its log need not carry what only replicas read.
  'wal_level=minimal',
  'max_wal_senders=0',
];

/**
 * The running server of the cluster, or one started now. Of several processes that start it at once one succeeds,
 * and the others find what it started.
 * @throws EmbeddedPostgresError when it does not come up; the message carries PostgreSQL's own last words
 */
export async function findOrStartServer(cluster: Cluster, postgres: string): Promise<Postmaster> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const running = findPostmaster(cluster);
    if (running?.status === 'ready') return running;
    if (running) {
      await sleep(POLL_MS);
      continue;
    }
    removeForeignPidFile(cluster);
    const started = await startServer(cluster, postgres, deadline);
    if (started) return started;
    await sleep(10 * POLL_MS);
  }
  throw new EmbeddedPostgresError(`The embedded PostgreSQL did not start in time. Its log: ${cluster.logFile}`);
}

/** Null when another start was faster, or a port was taken between our asking and PostgreSQL's. */
async function startServer(cluster: Cluster, postgres: string, deadline: number): Promise<Postmaster | null> {
  const port = await findFreePort();
  const { prefix, ...user } = chooseUnprivilegedUser(cluster.folder, postgres);
  // Made where namespaces work, started where they do not: the files are root's, and change hands once.
  handOver(cluster.folder, { prefix, ...user });
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const [command = postgres, ...args] = [
    ...prefix,
    postgres,
    '-D',
    cluster.dataFolder,
    '-p',
    String(port),
    ...settings,
  ];
  const logStart = trimLog(cluster.logFile);
  const log = openSync(cluster.logFile, 'a', 0o600);
  const server = spawn(command, args, {
    ...user,
    cwd: '/',
    env: commandEnvironment(),
    // A group of its own: Ctrl-C in the terminal must not end it before downloads have drained.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  let failure: string | null = null;
  server.once('error', (error) => {
    failure = error.message;
  });
  server.once('exit', () => {
    failure = readFileSync(cluster.logFile, 'utf8').slice(logStart);
  });
  while (Date.now() < deadline) {
    const running = findPostmaster(cluster);
    if (running?.status === 'ready' && running.pid === server.pid) return running;
    if (failure !== null) return judgeFailure(failure);
    await sleep(POLL_MS);
  }
  server.kill('SIGINT');
  return null;
}

/** Null when trying again may help. */
function judgeFailure(log: string): null {
  if (/lock file "postmaster.pid" already exists|Address already in use|still in use/.test(log)) return null;
  const line = log.split('\n').find((text) => /FATAL|PANIC|rror/.test(text)) ?? log.trim().split('\n').at(-1) ?? '';
  const reason = line.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '').trim();
  throw new EmbeddedPostgresError(`The embedded PostgreSQL did not start: ${reason || 'it said nothing'}`);
}

/**
 * Stops the server and waits until it is gone: rolls open transactions back, writes everything down.
 * The process may be somebody else's child, so it is watched by its id.
 */
export async function stopServer(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid) && Date.now() < deadline) await sleep(POLL_MS);
  // Recovery at the next start makes good what an immediate stop leaves undone.
  if (isAlive(pid)) signal(pid, 'SIGQUIT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

function trimLog(file: string): number {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes <= MAX_LOG_BYTES) return bytes;
  rmSync(file);
  return 0;
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new EmbeddedPostgresError('No free port on 127.0.0.1.');
  return address.port;
}
