import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { MIGRATIONS_DIR, NO_FILTERS, readMigrations, withSchemaEngine } from './schema-engine.ts';

// Any number will do, as long as it is not 72707369, which the engine itself takes on a connection of its own.
const MIGRATION_LOCK = 1_096_046_163;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = 'SQLSTATE 55P03';
const MAX_ATTEMPTS = 5;

export type MigrationReport = { readonly applied: readonly string[] };

/**
 * Applies the migrations that are not in the database yet, in order, and notes them in `_prisma_migrations` as
 * `prisma migrate deploy` does. Instances starting at once wait for each other.
 * @throws when the database cannot be reached, or a migration fails (its name is in the message)
 */
export async function applyMigrations(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<MigrationReport> {
  const migrationsList = await readMigrations(folder);
  // A session lock needs the connection it was taken on, so this one is not from a pool.
  const client = await connect(databaseUrl);
  try {
    // Nothing to do is the usual case, and is known without loading the engine's 5 MB.
    if ((await findPending(client, migrationsList)).length === 0) return { applied: [] };
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await forgetUnfinished(client);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await withSchemaEngine(databaseUrl, (engine) =>
          engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
        );
        return { applied: result.appliedMigrationNames };
      } catch (error) {
        const failed = await forgetUnfinished(client);
        if (attempt === MAX_ATTEMPTS || !failed.some((log) => log.includes(LOCK_NOT_AVAILABLE))) {
          throw describeFailure(error);
        }
        await sleep(attempt * 500);
      }
    }
  } finally {
    await client.end();
  }
}

/** The engine's message is a trace of Rust spans; the operator needs the migration's name and the database's words. */
function describeFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const name = /migration_name="([^"]+)"/.exec(error.message)?.[1];
  const reason = error.message
    .split(/\n\s+\d+: /)[0]
    ?.replace(/^external connector error\s*/, '')
    .trim();
  return name ? new Error(`Migration ${name} failed: ${reason}`, { cause: error }) : error;
}

/**
 * Takes back the notes of migrations that failed or were interrupted, and returns what the database said about them.
 * A script runs in one transaction here, so nothing of it is left behind, and the next start may simply try again
 * (Prisma's own command would refuse with P3009 until somebody resolves it by hand).
 */
async function forgetUnfinished(client: pg.Client): Promise<string[]> {
  if (!(await hasMigrationsTable(client))) return [];
  const result = await client.query<{ logs: string | null }>(
    `UPDATE _prisma_migrations SET rolled_back_at = now()
     WHERE finished_at IS NULL AND rolled_back_at IS NULL RETURNING logs`,
  );
  return result.rows.map((row) => row.logs ?? '');
}

async function hasMigrationsTable(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known`,
  );
  return rows[0]?.known === true;
}

/**
 * The migrations that the database has not taken in their present wording, in order.
 * @throws when the database cannot be reached
 */
export async function listPendingMigrations(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<string[]> {
  const client = await connect(databaseUrl);
  try {
    return await findPending(client, await readMigrations(folder));
  } finally {
    await client.end();
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function findPending(client: pg.Client, migrations: MigrationList): Promise<string[]> {
  const rows = (await hasMigrationsTable(client))
    ? await client.query<{ migration_name: string; checksum: string }>(
        'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
      )
    : { rows: [] };
  const applied = new Set(rows.rows.map((row) => `${row.migration_name} ${row.checksum}`));
  return migrations.migrationDirectories
    .filter(({ path, migrationFile }) => {
      const checksum = createHash('sha256').update(String(migrationFile.content.value)).digest('hex');
      return !applied.has(`${path} ${checksum}`);
    })
    .map(({ path }) => path);
}
