import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export const MIGRATIONS_DIR = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

export interface MigrationReport {
  /** Names of the migrations that this call applied, in order. */
  readonly applied: readonly string[];
}

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Key of the advisory lock that lets one instance migrate at a time; 72707369 is the one of Prisma's own engine. */
const MIGRATION_LOCK = 1_096_046_163;
/** How long an instance waits for another one that migrates. */
const MIGRATION_LOCK_TIMEOUT = '10min';
/** A statement that waits for a table lock makes everybody behind it wait too: give up and come back instead. */
const TABLE_LOCK_TIMEOUT = '4s';
/** `lock_not_available`, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';
const MAX_ATTEMPTS = 5;

/**
 * The table of `prisma migrate`, so that its own commands go on working on our databases:
 * https://github.com/prisma/prisma-engines/blob/main/schema-engine/ARCHITECTURE.md
 */
export const CREATE_MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies the migrations that the database lacks, in order, and records each in `_prisma_migrations` as
 * `prisma migrate deploy` does. Instances that start at once wait for each other.
 * @param databaseUrl a direct connection: the lock belongs to the session, which a transaction pooler does not keep
 * @throws Error when the database cannot be reached, or a migration fails (its name is in the message)
 */
export async function applyMigrations(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<MigrationReport> {
  const migrations = await readMigrations(folder);
  const client = await connect(databaseUrl);
  try {
    // Nothing to do is the usual case and takes no lock.
    if ((await findPending(client, migrations)).length === 0) return { applied: [] };
    await lockMigrations(client);
    await client.query(CREATE_MIGRATIONS_TABLE);
    await discardUnfinished(client);
    const pending = await findPending(client, migrations);
    for (const migration of pending) await applyWithRetries(client, migration);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

/**
 * Names of the migrations that the database has not applied in their present wording, in order.
 * @throws Error when the database cannot be reached
 */
export async function listPendingMigrations(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<string[]> {
  const client = await connect(databaseUrl);
  try {
    const pending = await findPending(client, await readMigrations(folder));
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The migrations of a folder in the order of their names. */
export async function readMigrations(folder = MIGRATIONS_DIR): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function findPending(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const table = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`,
  );
  if (!table.rows[0]?.exists) return [...migrations];
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Set(rows.map((row) => `${row.migration_name} ${row.checksum}`));
  return migrations.filter(({ name, checksum }) => !applied.has(`${name} ${checksum}`));
}

async function lockMigrations(client: pg.Client): Promise<void> {
  await client.query(`SET statement_timeout = 0; SET lock_timeout = '${MIGRATION_LOCK_TIMEOUT}'`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new Error(
      `Another instance has been migrating this database for ${MIGRATION_LOCK_TIMEOUT}. Let it finish, or end it, and start again.`,
      { cause: error },
    );
  }
  await client.query(`SET lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
}

async function applyWithRetries(client: pg.Client, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOne(client, migration);
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      const { code, message } = error as pg.DatabaseError;
      if (code !== LOCK_NOT_AVAILABLE || attempt === MAX_ATTEMPTS) {
        throw new Error(`Migration ${migration.name} failed: ${message}${code ? ` (SQLSTATE ${code})` : ''}`, {
          cause: error,
        });
      }
      await sleep(attempt * 500);
    }
  }
}

/**
 * A script and its record are one transaction. A script that commits in between (a fill in batches, so that no row
 * stays locked for long) cannot run inside one; it is written so that it may be repeated.
 */
async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  const { name, sql, checksum } = migration;
  const inTransaction = !commitsItself(migration);
  if (inTransaction) await client.query('BEGIN');
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  await client.query(sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
    [randomUUID(), checksum, name, rows[0]?.now],
  );
  if (inTransaction) await client.query('COMMIT');
}

/** Whether a script ends transactions of its own. */
export function commitsItself({ sql }: Pick<Migration, 'sql'>): boolean {
  return /^\s*COMMIT\b/im.test(sql);
}

/**
 * Marks migrations that another tool began and never finished as rolled back; `prisma migrate deploy` would refuse to
 * go on (P3009) until somebody resolves them by hand. Its scripts are one implicit transaction, so nothing is left.
 */
async function discardUnfinished(client: pg.Client): Promise<void> {
  await client.query(
    'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  );
}
