import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assertDatabaseAnswers } from '#shared/db/assert-database-answers.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { createPgPool, withDatabase } from '#shared/db/pg-pool.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { freePort } from '#shared/net/ports.ts';
import { createPeople } from '#tests/support/people.ts';
import type { TestDatabase } from '#tests/support/test-database.ts';
import { findDebianPostgres } from '../../scripts/prepare/optional-parts.mjs';

const run = promisify(execFile);

/** A PostgreSQL of Debian's packages: pg_dump of the same packages dumps it, which the embedded one is too new for. */
export class DebianPostgres {
  readonly #url: string;
  readonly #end: () => Promise<void>;

  private constructor(url: string, end: () => Promise<void>) {
    this.#url = url;
    this.#end = end;
  }

  static async start(): Promise<DebianPostgres> {
    const programs = findDebianPostgres();
    if (programs === null) throw new Error('No PostgreSQL of Debian is installed');
    const folder = await mkdtemp(join(tmpdir(), 'attache-debian-postgres-'));
    const user = await unprivilegedUser();
    if (user) await chown(folder, user.uid, user.gid);
    await chmod(folder, 0o700);
    const data = join(folder, 'data');
    await run(join(programs, 'initdb'), ['-D', data, '-U', 'attache', '--auth=trust', '--no-sync', '-E', 'UTF8'], {
      ...user,
    });
    const port = await freePort();
    const settings = ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-p', String(port)];
    const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], { ...user, stdio: 'ignore' });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    const url = `postgresql://attache@127.0.0.1:${port}/postgres`;
    const end = async () => {
      server.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    };
    for (let attempt = 0; ; attempt += 1) {
      const failure = await assertDatabaseAnswers(url, 'DATABASE_URL').catch((error: unknown) => error);
      if (failure === undefined) return new DebianPostgres(url, end);
      if (attempt === 100) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): Promise<void> {
    return this.#end();
  }

  /** The address of a new database without tables. */
  async createDatabase(name: string): Promise<string> {
    const admin = createPgPool(this.#url, { maxConnections: 1 });
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    return withDatabase(this.#url, name);
  }
}

/** A migrated database for a test server, with the usual people if it has none of its own. */
export async function openDatabase(url: string, { isRestored = false } = {}): Promise<TestDatabase> {
  await applyMigrations(url);
  const prisma = createPrisma(url, { maxConnections: 4 });
  if (!isRestored) await createPeople(prisma);
  const pool = createPgPool(url, { maxConnections: 4 });
  const close = async () => {
    await prisma.$disconnect();
    await pool.end();
  };
  return { url, prisma, pool, close };
}

/** PostgreSQL refuses to run as root. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
