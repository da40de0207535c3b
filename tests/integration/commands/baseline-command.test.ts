import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTestDatabase } from '#tests/support/test-database.ts';
import { runScript } from '../ops/run-script.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function restore(dump: string) {
  const database = await startTestDatabase('blank');
  await database.pool.query(await readFile(`${ROOT}/tests/fixtures/older-chats/${dump}.sql`, 'utf8'));
  return database;
}

async function readDocumentedSql(): Promise<string> {
  const [, sql = ''] = /```sql\n(.*?)```/s.exec(await readFile(`${ROOT}/docs/rollout.md`, 'utf8')) ?? [];
  return sql;
}

describe('db:migrate -- --baseline', () => {
  const migrate = (databaseUrl: string) =>
    runScript({ databaseUrl, dir: '/nonexistent' }, 'db-migrate.ts', ['--baseline']);

  it('takes over a chat with a history of its own, says what it added, and has nothing to do the second time', async () => {
    const database = await restore('own-history');
    try {
      const first = await migrate(database.url);
      expect(first, first.stderr).toMatchObject({ code: 0, report: { baseline: { adopted: true } } });
      expect(first.report.applied).toContain('20261102000000_add_support_attachment');
      expect(await migrate(database.url)).toMatchObject({
        code: 0,
        report: { baseline: { adopted: false, statements: [] }, applied: [] },
      });
    } finally {
      await database.close();
    }
  });

  it('refuses another table of people with the list and exit 1; the SQL of docs/rollout.md gets it there', async () => {
    const database = await restore('other-user-table');
    try {
      const refused = await migrate(database.url);
      expect(refused.code).toBe(1);
      expect(refused.stdout.trim().split('\n')).toHaveLength(1);
      for (const text of [refused.stderr, String(refused.report.error)]) expect(text).toContain('"users" may be it');

      await database.pool.query(await readDocumentedSql());
      const taken = await migrate(database.url);
      expect(taken, taken.stderr).toMatchObject({ code: 0, report: { baseline: { adopted: true } } });
      await database.pool.query(`INSERT INTO users (full_name, email) VALUES ('New Customer', 'new@example.test')`);
      const { rows } = await database.pool.query(`SELECT "name", "role" FROM "User"`);
      expect(rows).toEqual([{ name: 'New Customer', role: 'USER' }]);
    } finally {
      await database.close();
    }
  });
});
