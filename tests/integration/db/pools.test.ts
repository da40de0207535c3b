import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { people } from '#tests/support/people.ts';
import { useDatabase } from '#tests/support/test-database.ts';

const database = useDatabase();

const KILL_OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = $1`;

describe('a connection lost while idle', () => {
  it('is told to the owner and replaced; the process lives', async () => {
    const lost: Error[] = [];
    const pool = createPgPool(database.url, { applicationName: 'idle', onIdleError: (error) => lost.push(error) });
    await pool.query('SELECT 1');
    await database.pool.query(KILL_OTHERS, ['idle']);
    await sleep(100);
    expect(lost.length).toBeGreaterThan(0);
    expect((await pool.query('SELECT 2 AS n')).rows).toEqual([{ n: 2 }]);
    await pool.end();
  });

  it('does not break Prisma either', async () => {
    const prisma = createPrisma(database.url, { applicationName: 'idle-prisma' });
    await prisma.user.count();
    await database.pool.query(KILL_OTHERS, ['idle-prisma']);
    await sleep(100);
    expect(await prisma.user.count()).toBe(5);
    await prisma.$disconnect();
  });
});

describe('limits', () => {
  it('end a statement that takes too long', async () => {
    const pool = createPgPool(database.url, { statementTimeoutMs: 100 });
    await expect(pool.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
    await pool.end();
  });

  it('give up on a database that falls silent in the middle of a statement', async () => {
    const pool = createPgPool(database.url, { statementTimeoutMs: 50 });
    // What the server's own limit does not end, as when the server is frozen.
    const silent = 'BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_sleep(30)';
    const startedAt = performance.now();
    await expect(pool.query(silent)).rejects.toThrow(/timeout/);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect((await pool.query('SELECT 2 AS n')).rows).toEqual([{ n: 2 }]);
    await pool.end();
  });

  it('give up on a database that does not answer', async () => {
    // 192.0.2.0/24 is reserved for documentation (RFC 5737): nothing answers there.
    const pool = createPgPool('postgresql://a:b@192.0.2.1:5432/x', { connectionTimeoutMs: 300 });
    await expect(pool.query('SELECT 1')).rejects.toThrow();
    await pool.end();
  });
});

describe('times', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it('mean the same through Prisma and through raw SQL, whatever zone the process is in', async () => {
    process.env.TZ = 'Asia/Vladivostok';
    const at = new Date('2026-03-01T12:34:56.789Z');
    const dialog = await database.prisma.chatDialog.create({ data: { userId: people.anna.id, lastMessageAt: at } });
    const read = await database.pool.query<{ lastMessageAt: Date }>(
      'SELECT "lastMessageAt" FROM "ChatDialog" WHERE id = $1 AND "lastMessageAt" = $2',
      [dialog.id, at],
    );
    expect(read.rows[0]?.lastMessageAt.toISOString()).toBe(at.toISOString());
  });

  it('set by the database are UTC', async () => {
    const before = Date.now();
    const { rows } = await database.pool.query<{ createdAt: Date }>(
      `INSERT INTO "ChatDialog" (id, "userId") VALUES ('by-default', $1) RETURNING "createdAt"`,
      [people.anna.id],
    );
    expect(Math.abs((rows[0]?.createdAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });
});
