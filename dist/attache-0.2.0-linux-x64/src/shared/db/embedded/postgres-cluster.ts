import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, type PostgresBinaries } from './postgres-binaries.ts';
import { chooseUnprivilegedUser, commandEnvironment, handOver, type RunAs } from './unprivileged-user.ts';

export const DATABASE = 'attache';
const SUPERUSER = 'attache';

/** Where the parts of a cluster lie. */
export type Cluster = {
  readonly folder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  /** One file per process that uses the cluster, named after its id: whoever leaves last stops it. */
  readonly usersFolder: string;
  readonly passwordFile: string;
};

export type PostmasterStatus = 'starting' | 'ready' | 'stopping';
export type Postmaster = { readonly pid: number; readonly port: number; readonly status: PostmasterStatus };

export function clusterOf(dataDir: string): Cluster {
  return clusterIn(join(dataDir, 'postgres'));
}

function clusterIn(folder: string): Cluster {
  return {
    folder,
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'postgres.log'),
    usersFolder: join(folder, 'users'),
    passwordFile: join(folder, 'password'),
  };
}

export function connectionUrl(cluster: Cluster, port: number, database = DATABASE): string {
  const password = readFileSync(cluster.passwordFile, 'utf8').trim();
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes the cluster unless it is there. It is made beside and renamed into place, so a killed start leaves no half of
 * one, and of two at once the second finds the folder taken and uses it.
 * @throws EmbeddedPostgresError when the folder cannot be written or initdb fails
 */
export function createClusterOnce(dataDir: string, binaries: PostgresBinaries): void {
  const cluster = clusterOf(dataDir);
  if (existsSync(join(cluster.dataFolder, 'PG_VERSION'))) return;
  const draft = clusterIn(join(dataDir, `postgres.new-${process.pid}-${randomBytes(4).toString('hex')}`));
  try {
    makeFolders(dataDir, draft);
    const runAs = chooseUnprivilegedUser(draft.folder, binaries.initdb);
    handOver(draft.folder, runAs);
    runInitdb(draft, binaries.initdb, runAs);
    renameSync(draft.folder, cluster.folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft.folder, { recursive: true, force: true });
  }
}

function makeFolders(dataDir: string, draft: Cluster): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    mkdirSync(draft.folder, { mode: 0o700 });
    mkdirSync(draft.usersFolder);
    writeFileSync(draft.passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new EmbeddedPostgresError(`DATA_DIR ${dataDir} cannot be written (${reason}).`, { cause });
  }
}

function runInitdb(draft: Cluster, initdb: string, runAs: RunAs): void {
  const options = [
    ...['--pgdata', draft.dataFolder, '--username', SUPERUSER, '--pwfile', draft.passwordFile],
    // The builtin provider sorts alike on every machine and survives an update of the system's libc.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--auth=scram-sha-256', '--no-instructions'],
  ];
  const [command = initdb, ...args] = [...runAs.prefix, initdb, ...options];
  const { uid, gid } = runAs;
  const result = spawnSync(command, args, {
    cwd: '/',
    env: commandEnvironment(),
    encoding: 'utf8',
    ...(uid === undefined ? {} : { uid, gid }),
  });
  if (result.status === 0) return;
  const reason = result.error?.message ?? (result.stderr.trim().split('\n').at(-1) || `exit ${result.status}`);
  throw new EmbeddedPostgresError(`The embedded PostgreSQL could not be created: ${reason}`);
}

/** What `postmaster.pid` says, or null when no server of this cluster is alive. */
export function findPostmaster(cluster: Cluster): Postmaster | null {
  const content = readOrNull(join(cluster.dataFolder, 'postmaster.pid'));
  if (content === null) return null;
  const lines = content.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isServerOf(cluster, pid)) return null;
  const word = lines[7]?.trim();
  const status: PostmasterStatus = word === 'ready' || word === 'stopping' ? word : 'starting';
  return { pid, port: Number(lines[3] ?? 0), status };
}

/**
 * After a crash the id in `postmaster.pid` may belong to another program by now. PostgreSQL then refuses to start
 * ("lock file already exists"), so the file has to go first; for an id that is free it sees to that by itself.
 */
export function removeForeignPidFile(cluster: Cluster): void {
  const file = join(cluster.dataFolder, 'postmaster.pid');
  const content = readOrNull(file);
  const pid = Number(content?.split('\n')[0]);
  if (content === null || !isAlive(pid) || isServerOf(cluster, pid)) return;
  if (readOrNull(file) === content) rmSync(file, { force: true });
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isServerOf(cluster: Cluster, pid: number): boolean {
  if (!isAlive(pid)) return false;
  const command = readOrNull(`/proc/${pid}/cmdline`) ?? spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout;
  return command.toString().includes(cluster.dataFolder);
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
