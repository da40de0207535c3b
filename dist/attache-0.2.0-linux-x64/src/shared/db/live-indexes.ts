import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** An index that a large table gets beside running traffic, and that the product can do without. */
export interface LiveIndex {
  readonly name: string;
  readonly table: string;
  /** What stands behind the table's name: columns and condition. */
  readonly definition: string;
}

// Any number will do, as long as it differs from the other advisory locks of this database.
const BUILD_LOCK = 1_096_046_164;
const LOCK_POLL_MS = 500;

/**
 * Builds those that are not there, one after another, without keeping writers out (CREATE INDEX CONCURRENTLY), and
 * returns their names. It is no migration because it cannot run in a transaction.
 * @throws when the database cannot be reached or refuses, or `signal` ends it; what was built stays
 */
export async function buildLiveIndexes(
  databaseUrl: string,
  indexes: readonly LiveIndex[],
  signal?: AbortSignal,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  // A connection that is simply dropped would leave the server building.
  const cancel = () => void cancelWork(databaseUrl, rows[0]?.pid ?? 0).catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  try {
    await client.query('SET statement_timeout = 0');
    await waitForTurn(client, signal);
    const missing = new Set(await findMissingIndexes(client, indexes));
    for (const index of indexes) {
      signal?.throwIfAborted();
      if (missing.has(index.name)) await build(client, index);
    }
    return [...missing];
  } finally {
    signal?.removeEventListener('abort', cancel);
    await client.end();
  }
}

/** Which of these names ($1) are indexes that may be used: an interrupted build leaves one that may not. */
export const USABLE_INDEXES = `SELECT c.relname::text AS name FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relname = ANY($1::text[]) AND i.indisvalid AND pg_table_is_visible(i.indrelid)`;

/** The names of those that are not there, or not finished. */
export async function findMissingIndexes(db: pg.Pool | pg.Client, indexes: readonly LiveIndex[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(USABLE_INDEXES, [indexes.map(({ name }) => name)]);
  const present = new Set(rows.map(({ name }) => name));
  return indexes.map(({ name }) => name).filter((name) => !present.has(name));
}

/**
 * Polls, because a statement that waits for a lock has a snapshot, and CREATE INDEX CONCURRENTLY waits for everybody
 * who has one: the two would wait for each other.
 */
async function waitForTurn(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [BUILD_LOCK]);
    if (rows[0]?.mine) return;
    await sleep(LOCK_POLL_MS, undefined, signal ? { signal } : {});
  }
}

async function build(client: pg.Client, { name, table, definition }: LiveIndex): Promise<void> {
  // A build that was interrupted leaves an index that costs writers and serves no reader.
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS "${name}"`);
  await client.query(`CREATE INDEX CONCURRENTLY "${name}" ON "${table}" ${definition}`);
  // What an expression yields is known to the planner only after this.
  await client.query(`ANALYZE "${table}"`);
}

async function cancelWork(databaseUrl: string, backendPid: number): Promise<void> {
  const other = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await other.connect();
  await other.query('SELECT pg_cancel_backend($1)', [backendPid]);
  await other.end();
}
