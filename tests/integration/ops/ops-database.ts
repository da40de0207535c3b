import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { applyMigrations } from '#shared/db/migrate.ts';
import { withDatabase } from '#shared/db/pg-pool.ts';

const SERVER = process.env.OPS_PG ?? 'postgres://attache:pw@127.0.0.1:3170/postgres';

export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `ops_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`CREATE DATABASE "${name}"`);
  const url = withDatabase(SERVER, name);
  await applyMigrations(url);
  return {
    url,
    async drop() {
      await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`);
      await admin.end();
    },
  };
}
