import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { CHAT_INDEXES } from '#entities/support-chat/_repositories/chat-indexes.ts';
import { joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';
import { oncePerProcess } from '#shared/db/embedded/once-per-process.ts';
import { buildLiveIndexes } from '#shared/db/live-indexes.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { withDatabase } from '#shared/db/pg-pool.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { createPeople } from './people.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the PostgreSQL server on which each test file creates its own database. */
    adminUrl: string;
  }
}

type TestCluster = { adminUrl: string; users: number; close(): Promise<void> };

// Vitest runs this once per project; the projects of one run share one cluster.
const shared: { cluster: Promise<TestCluster> | undefined } = oncePerProcess('test-cluster', () => ({
  cluster: undefined as Promise<TestCluster> | undefined,
}));

/** Starts PostgreSQL for the run (or uses TEST_DATABASE_URL) and creates the two template databases. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.cluster ??= startCluster();
  const cluster = await shared.cluster;
  cluster.users += 1;
  project.provide('adminUrl', cluster.adminUrl);
  return async () => {
    cluster.users -= 1;
    if (cluster.users > 0) return;
    shared.cluster = undefined;
    await cluster.close();
  };
}

async function startCluster(): Promise<TestCluster> {
  if (env.TEST_DATABASE_URL) {
    await makeTemplates(env.TEST_DATABASE_URL);
    return { adminUrl: env.TEST_DATABASE_URL, users: 0, close: async () => undefined };
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'attache-tests-'));
  const database = await joinEmbeddedPostgres(dataDir);
  const adminUrl = withDatabase(database.url, 'postgres');
  await runSql(adminUrl, [
    // A test's database need not survive a power cut.
    'ALTER SYSTEM SET fsync = off',
    'ALTER SYSTEM SET synchronous_commit = off',
    'ALTER SYSTEM SET full_page_writes = off',
    'SELECT pg_reload_conf()',
  ]);
  await makeTemplates(adminUrl);
  const close = async () => {
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { adminUrl, users: 0, close };
}

async function makeTemplates(adminUrl: string): Promise<void> {
  await runSql(adminUrl, [
    'DROP DATABASE IF EXISTS attache_template_people',
    'DROP DATABASE IF EXISTS attache_template_empty',
    'CREATE DATABASE attache_template_empty',
  ]);
  await applyMigrations(withDatabase(adminUrl, 'attache_template_empty'));
  await buildLiveIndexes(withDatabase(adminUrl, 'attache_template_empty'), CHAT_INDEXES);
  await runSql(adminUrl, ['CREATE DATABASE attache_template_people TEMPLATE attache_template_empty']);
  const prisma = createPrisma(withDatabase(adminUrl, 'attache_template_people'), { maxConnections: 1 });
  await createPeople(prisma);
  await prisma.$disconnect();
}

async function runSql(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
