import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adoptDatabase } from '#shared/db/adopt-database.ts';
import { applyMigrations, listPendingMigrations } from '#shared/db/migrate.ts';
import { startTestDatabase } from '#tests/support/test-database.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/older-chats/', import.meta.url));

/** A database that holds nothing but the dump of an older chat. */
async function restore(dump: string) {
  const database = await startTestDatabase('blank');
  await database.pool.query(await readFile(`${FIXTURES}${dump}.sql`, 'utf8'));
  return database;
}

describe('taking over the database of another program', () => {
  it.each(['own-history', 'no-history'])('%s: what is missing is added, and all that was there stays', async (dump) => {
    const database = await restore(dump);
    try {
      const report = await adoptDatabase(database.url);
      expect(report).toMatchObject({ adopted: true, refusals: [] });
      expect(report.statements).toContain('ALTER TABLE "ChatMessage" ADD COLUMN "clientMessageId" text');
      expect(report.statements).toContain(`ALTER TYPE "SenderType" ADD VALUE 'SYSTEM'`);

      await applyMigrations(database.url);
      expect(await listPendingMigrations(database.url)).toEqual([]);
      const message = await database.prisma.chatMessage.findUniqueOrThrow({ where: { id: 'm1' } });
      expect(message).toMatchObject({ text: 'hello', attachments: [{ id: 'a1' }] });
      const { rows } = await database.pool.query(
        `SELECT count(*)::int FROM _prisma_migrations WHERE migration_name LIKE '2024%'`,
      );
      expect(rows).toEqual([{ count: dump === 'own-history' ? 2 : 0 }]);
      // The older program goes on writing.
      await database.pool.query(
        `INSERT INTO "ChatMessage" (id, "dialogId", "senderType", text) VALUES ('m2', 'd1', 'STAFF', 'hi')`,
      );
      expect(await adoptDatabase(database.url)).toMatchObject({ adopted: false, statements: [], refusals: [] });
    } finally {
      await database.close();
    }
  });

  it('is refused with everything that is in the way, and changes nothing', async () => {
    const database = await restore('other-user-table');
    try {
      const { adopted, refusals } = await adoptDatabase(database.url);
      expect(adopted).toBe(false);
      const list = refusals.join('\n');
      for (const part of [
        'table "User": missing; "users" may be it',
        'column "ChatDialog"."id": uuid instead of text; ALTER TABLE "ChatDialog" ALTER COLUMN "id" TYPE text',
        'column "ChatDialog"."topic": NOT NULL',
        'column "ChatDialog"."createdAt": timestamp with time zone instead of',
        'column "ChatMessage"."senderType": text instead of SenderType',
        'column "ChatMessage"."attachments": json instead of jsonb',
        'column "ChatMessage"."channel": NOT NULL without a default',
        'table "ChatAttachment": exists',
      ]) {
        expect(list).toContain(part);
      }
      const { rows } = await database.pool.query(
        `SELECT to_regclass('_prisma_migrations') AS history, to_regclass('"Session"') AS added`,
      );
      expect(rows).toEqual([{ history: null, added: null }]);
    } finally {
      await database.close();
    }
  });

  it('finds nothing to do in a database of our own', async () => {
    const database = await startTestDatabase('empty');
    expect(await adoptDatabase(database.url)).toEqual({ adopted: false, statements: [], refusals: [] });
    await database.close();
  });
});
