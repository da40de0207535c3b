import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Adoption, planAdoption } from './compare-schemas.ts';
import { CREATE_MIGRATIONS_TABLE, commitsItself, MIGRATIONS_DIR, type Migration, readMigrations } from './migrate.ts';
import { readSchema, type SchemaSnapshot } from './schema-snapshot.ts';

/** Tables of the accounts and of staff rights: an older program may keep these things elsewhere. */
const MAY_BE_MISSING = ['Session', 'Account', 'Verification', 'StaffPermission', 'SupportReadState'];
const SCRATCH = 'attache_expected';

export type AdoptionReport = Adoption & { adopted: boolean };

/**
 * Takes over a database whose chat tables were made by another program: compares it with what the first migration would
 * have made, adds what is missing, and records that migration as applied. The history of another program in
 * `_prisma_migrations` stays. Changes nothing when anything is refused.
 * @throws Error when the database cannot be reached, or a statement fails; nothing was changed then
 */
export async function adoptDatabase(databaseUrl: string, folder = MIGRATIONS_DIR): Promise<AdoptionReport> {
  const [first, ...others] = await readMigrations(folder);
  if (!first) throw new Error(`${folder} has no migrations.`);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (await isApplied(client, first)) return { adopted: false, statements: [], refusals: [] };
    const plan = await makePlan(client, first, others);
    if (plan.refusals.length > 0) return { ...plan, adopted: false };
    await carryOut(client, first, plan.statements);
    return { ...plan, adopted: true };
  } finally {
    await client.end();
  }
}

async function isApplied(client: pg.Client, { name }: Migration): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`,
  );
  if (!rows[0]?.exists) return false;
  const { rowCount } = await client.query(
    'SELECT 1 FROM _prisma_migrations WHERE migration_name = $1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL',
    [name],
  );
  return rowCount !== 0;
}

/** The migrations run in a schema of their own, which is rolled back: what they make is read, not written down twice. */
async function makePlan(client: pg.Client, first: Migration, others: readonly Migration[]): Promise<Adoption> {
  const actual = await readSchema(client, 'public');
  await client.query(`BEGIN; CREATE SCHEMA ${SCRATCH}; SET LOCAL search_path = ${SCRATCH}`);
  try {
    await client.query(first.sql);
    const expected = await readSchema(client, SCRATCH);
    for (const migration of others) if (!commitsItself(migration)) await client.query(migration.sql);
    const final = await readSchema(client, SCRATCH);
    const creatable = new Map(MAY_BE_MISSING.map((table) => [table, statementsOf(first.sql, table)]));
    return planAdoption(actual, { expected, creatable, later: addedBy(final, expected) });
  } finally {
    await client.query('ROLLBACK');
  }
}

/** `CREATE TABLE` and the foreign keys of a table, as the migration has them. */
function statementsOf(sql: string, table: string): string {
  const found = sql
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => new RegExp(`^(CREATE|ALTER) TABLE "${table}" `).test(statement));
  if (found.length === 0) throw new Error(`The first migration creates no table "${table}".`);
  return found.join(';\n');
}

function addedBy(final: SchemaSnapshot, expected: SchemaSnapshot) {
  return {
    tables: [...final.tables.keys()].filter((table) => !expected.tables.has(table)),
    enums: [...final.enums.keys()].filter((type) => !expected.enums.has(type)),
    columns: [...expected.tables].flatMap(([table, { columns }]) =>
      [...(final.tables.get(table)?.columns.keys() ?? [])]
        .filter((column) => !columns.has(column))
        .map((column) => [table, column] as const),
    ),
  };
}

async function carryOut(
  client: pg.Client,
  { name, checksum }: Migration,
  statements: readonly string[],
): Promise<void> {
  // A value added to an enum may not be used before its transaction ends; nothing here uses one.
  await client.query(`BEGIN; SET LOCAL lock_timeout = '10s'`);
  try {
    for (const statement of statements) await client.query(statement);
    await client.query(CREATE_MIGRATIONS_TABLE);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count, logs)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 0, 'adopted: the tables of an older program')`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
