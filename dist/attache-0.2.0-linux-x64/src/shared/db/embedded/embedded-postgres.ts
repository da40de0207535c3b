import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { oncePerProcess } from '../once-per-process.ts';
import { EmbeddedPostgresError, findPostgresBinaries } from './postgres-binaries.ts';
import {
  type Cluster,
  clusterOf,
  connectionUrl,
  createClusterOnce,
  DATABASE,
  findPostmaster,
  isAlive,
} from './postgres-cluster.ts';
import { findOrStartServer, stopServer } from './postgres-server.ts';
import { startWatchdog } from './watchdog.ts';

export type EmbeddedPostgres = {
  readonly url: string;
  /** Leaves the cluster; whoever leaves last stops it. Safe to call twice. */
  stop(): Promise<void>;
};

type Membership = { readonly url: string; readonly leave: () => Promise<void> };
type Shared = { users: number; readonly membership: Promise<Membership> };

/** Two users inside one process (a server and a job it runs) share one membership. */
const inThisProcess = oncePerProcess('embedded-postgres', () => new Map<string, Shared>());

/**
 * The PostgreSQL of `dataDir`: the running one when another process has started it, else a new one, created when
 * there is none yet. It runs in a process group of its own, so that Ctrl-C reaches us first, and under a watchdog
 * that stops it should we be killed.
 * @throws EmbeddedPostgresError with one line that says what to do
 */
export async function joinEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const key = resolve(dataDir);
  const shared = inThisProcess.get(key) ?? { users: 0, membership: joinCluster(key) };
  inThisProcess.set(key, shared);
  shared.users += 1;
  try {
    const { url, leave } = await shared.membership;
    let left = false;
    const stop = async () => {
      if (left) return;
      left = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      inThisProcess.delete(key);
      await leave();
    };
    return { url, stop };
  } catch (error) {
    inThisProcess.delete(key);
    throw error;
  }
}

/** The URL of the embedded database while some process runs it, else null. Starts nothing. */
export function findEmbeddedUrl(dataDir: string): string | null {
  const cluster = clusterOf(resolve(dataDir));
  const server = findPostmaster(cluster);
  return server?.status === 'ready' ? connectionUrl(cluster, server.port) : null;
}

async function joinCluster(dataDir: string): Promise<Membership> {
  const binaries = findPostgresBinaries();
  createClusterOnce(dataDir, binaries);
  const cluster = clusterOf(dataDir);
  refuseOtherVersion(cluster);
  const ourName = join(cluster.usersFolder, String(process.pid));
  // On the list before looking for a server: one that is about to leave then sees us and lets the server run.
  mkdirSync(cluster.usersFolder, { recursive: true });
  writeFileSync(ourName, '');
  try {
    for (let attempt = 1; ; attempt += 1) {
      const server = await findOrStartServer(cluster, binaries.postgres);
      const standDown = startWatchdog(cluster, server.pid);
      try {
        await createDatabaseOnce(connectionUrl(cluster, server.port, 'postgres'));
      } catch (error) {
        // Found in the moment before its last user stopped it: wait for its end and start it anew.
        standDown();
        if (attempt === 5 || isRefusedPassword(error)) throw error;
        continue;
      }
      const leave = async () => {
        rmSync(ourName, { force: true });
        if (!hasOtherUsers(cluster)) await stopServer(server.pid);
        standDown();
      };
      return { url: connectionUrl(cluster, server.port), leave };
    }
  } catch (error) {
    rmSync(ourName, { force: true });
    throw error;
  }
}

function hasOtherUsers(cluster: Cluster): boolean {
  return readdirSync(cluster.usersFolder).some((name) => isAlive(Number(name)));
}

async function createDatabaseOnce(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE "${DATABASE}"`);
  } catch (error) {
    // 42P04, or 23505 from the catalogue's own index: somebody who started at the same moment was faster.
    if (!(error instanceof pg.DatabaseError) || !['42P04', '23505'].includes(error.code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

function isRefusedPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '28P01';
}

function refuseOtherVersion(cluster: Cluster): void {
  const made = readFileSync(join(cluster.dataFolder, 'PG_VERSION'), 'utf8').trim();
  if (made === '18') return;
  throw new EmbeddedPostgresError(
    `${cluster.dataFolder} was made by PostgreSQL ${made}; this program brings 18. Move it away, or set DATABASE_URL.`,
  );
}
