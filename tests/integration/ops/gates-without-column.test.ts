import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dropLegacyColumn, restoreLegacyColumn } from '#features/support-chat/_services/legacy/legacy-column.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer } from '#tests/support/test-server.ts';

const GATE = {
  read: 'SUPPORT_CHAT_ATTACHMENT_READ_MODE',
  table: 'SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE',
  legacy: 'SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE',
};

describe('the gates are held against the database at the start', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startTestDatabase();
  });
  afterEach(() => restoreLegacyColumn(database.pool));
  afterAll(() => database.close());

  it.each([
    [GATE.read, { [GATE.read]: 'legacy' }],
    [GATE.table, { [GATE.table]: 'false', [GATE.read]: 'table-then-legacy' }],
    [GATE.legacy, { [GATE.legacy]: 'true' }],
  ])('%s that needs the column is refused once it was dropped, with the way on', async (name, env) => {
    await dropLegacyColumn(database.pool);
    const starting = startTestServer({ database, env });
    await expect(starting).rejects.toThrow(name);
    await expect(starting).rejects.toThrow('--restore');
  });

  it('without any setting, files are sent on a database without the column', async () => {
    await dropLegacyColumn(database.pool);
    const server = await startTestServer({ database });
    try {
      const anna = await server.as('anna');
      const staged = await anna.upload({ bytes: 'some words', name: 'words.txt' });
      const created = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
        initialMessage: 'Hello',
        attachments: [{ attachmentId: staged.id }],
      });
      expect(created.dialogId).toEqual(expect.any(String));
    } finally {
      await server.close();
    }
  });

  it('READ_MODE=table starts while entries have no row, and a metric says so', async () => {
    const entry = { id: 'old', name: 'a.png', path: 'chat/a.png', type: 'image/png', sizeBytes: 3 };
    await database.pool.query(
      `INSERT INTO "ChatDialog" ("id", "userId") SELECT 'old-dialog', "id" FROM "User" ORDER BY "id" LIMIT 1`,
    );
    await database.pool.query(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "attachments") VALUES ('old', 'old-dialog', 'USER', $1)`,
      [JSON.stringify([entry, entry])],
    );
    const server = await startTestServer({ database });
    try {
      const metrics = await (await fetch(`${server.url}/api/metrics`)).text();
      expect(metrics).toContain('support_chat_attachment_messages_without_rows 1\n');
    } finally {
      await server.close();
    }
  });
});
