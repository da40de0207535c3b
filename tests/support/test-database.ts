import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { createPgPool, withDatabase } from '#shared/db/pg-pool.ts';
import { createPrisma, type PrismaClient } from '#shared/db/prisma-client.ts';

export type TestDatabase = {
  readonly url: string;
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

/**
 * `people`: migrated, with the users of people.ts. `empty`: migrated, no rows. `blank`: no tables.
 */
export type DatabaseTemplate = 'people' | 'empty' | 'blank';

/** A new database, copied from a template in about ten milliseconds. Unless closed it exists until the run ends. */
export async function startTestDatabase(template: DatabaseTemplate = 'people'): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const source = template === 'blank' ? 'template1' : `attache_template_${template}`;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${source}`);
  const url = withDatabase(adminUrl, name);
  const prisma = createPrisma(url, { maxConnections: 4 });
  const pool = createPgPool(url, { maxConnections: 4 });
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
    await runAsAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { url, prisma, pool, close };
}

/** A database for the tests of this file or `describe`. Its fields are available in tests and hooks only. */
export function useDatabase(template: DatabaseTemplate = 'people'): Omit<TestDatabase, 'close'> {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await startTestDatabase(template);
  });
  afterAll(() => database?.close());
  const current = (): TestDatabase => {
    if (!database) throw new Error('The database of useDatabase() is available in tests and hooks only.');
    return database;
  };
  return {
    get url() {
      return current().url;
    },
    get prisma() {
      return current().prisma;
    },
    get pool() {
      return current().pool;
    },
  };
}

async function runAsAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
