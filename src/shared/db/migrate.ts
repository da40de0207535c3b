import { createHash } from 'node:crypto';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { MIGRATIONS_DIR, NO_FILTERS, readMigrations, withSchemaEngine } from './schema-engine.ts';

// Any number will do, as long as it is not 72707369, which the engine itself takes on a connection of its own.
const MIGRATION_LOCK = 1_096_046_163;

export type MigrationReport = { readonly applied: readonly string[] };

/**
 * Applies the migrations that are not in the database yet, in order, and notes them in `_prisma_migrations` as
 * `prisma migrate deploy` does. Instances starting at once wait for each other.
 * @throws when the database cannot be reached, or a migration fails (its name is in the message)
 */
export async function applyMigrations(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<MigrationReport> {
  const migrationsList = await readMigrations(folder);
  // A session lock needs the connection it was taken on, so this one is not from a pool.
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (await isUpToDate(client, migrationsList)) return { applied: [] };
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const result = await withSchemaEngine(databaseUrl, (engine) =>
      engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
    );
    return { applied: result.appliedMigrationNames };
  } finally {
    await client.end();
  }
}

/** Spares a second start the 5 MB engine. Anything unusual (failed, edited, missing) is left to the engine to judge. */
async function isUpToDate(client: pg.Client, migrations: MigrationList): Promise<boolean> {
  const table = await client.query<{ known: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known`);
  if (!table.rows[0]?.known) return false;
  const rows = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Set(rows.rows.map((row) => `${row.migration_name} ${row.checksum}`));
  return migrations.migrationDirectories.every(({ path, migrationFile }) => {
    const checksum = createHash('sha256').update(String(migrationFile.content.value)).digest('hex');
    return applied.has(`${path} ${checksum}`);
  });
}
