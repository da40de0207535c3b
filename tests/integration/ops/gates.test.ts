import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BadSettingsError, loadConfig } from '#shared/config/private.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';

interface Gates {
  table: boolean;
  legacy: boolean;
  read: 'table' | 'table-then-legacy' | 'legacy';
}

interface Page {
  items: { id: string; attachments: { id: string; name: string; url: string; sizeBytes: number }[] }[];
}

const READ_MODES = ['table', 'table-then-legacy', 'legacy'] as const;

const ALL: Gates[] = [true, false].flatMap((table) =>
  [true, false].flatMap((legacy) => READ_MODES.map((read) => ({ table, legacy, read }))),
);

/** What is written must be what is read. */
const isSensible = ({ table, legacy, read }: Gates) =>
  (table || legacy) && (table || read !== 'table') && (legacy || read !== 'legacy');

const settingsOf = ({ table, legacy, read }: Gates) => ({
  SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: String(table),
  SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: String(legacy),
  SUPPORT_CHAT_ATTACHMENT_READ_MODE: read,
});

const nameOf = ({ table, legacy, read }: Gates) => `TABLE_WRITE=${table} LEGACY_WRITE=${legacy} READ_MODE=${read}`;

describe('the gates, over HTTP', () => {
  let database: TestDatabase;
  let dataDir: string;
  let server: TestServer | null = null;
  let dialogId: string;

  beforeAll(async () => {
    database = await startTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'attache-gates-'));
  });
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(gates: Gates): Promise<TestServer> {
    server = await startTestServer({ database, dataDir, env: settingsOf(gates) });
    return server;
  }

  it('all twelve combinations are either sensible or refused', () => {
    expect(ALL.filter(isSensible)).toHaveLength(7);
  });

  it.each(ALL.filter(isSensible).map((gates) => [nameOf(gates), gates] as const))(
    '%s: a file goes from upload to the other side, is reopened with a 304, and is gone with its message',
    async (_, gates) => {
      const running = await start(gates);
      const [anna, sofia, boris] = await Promise.all([running.as('anna'), running.as('sofia'), running.as('boris')]);
      dialogId ??= (await anna.mutate<{ dialogId: string }>('supportChat.createDialog', { initialMessage: 'Hello' }))
        .dialogId;
      const staged = await anna.upload({ bytes: 'some words', name: 'words.txt', dialogId });
      const { message } = await anna.mutate<{ message: Page['items'][0] }>('supportChat.sendMessage', {
        dialogId,
        attachments: [{ attachmentId: staged.id }],
      });

      const { items } = await sofia.query<Page>('supportChat.userGetMessages', { dialogId });
      expect(items.at(-1)).toMatchObject({
        id: message.id,
        attachments: [{ id: staged.id, name: 'words.txt', sizeBytes: 10 }],
      });

      const url = items.at(-1)?.attachments[0]?.url ?? '';
      const opened = await sofia.fetch(url);
      expect([opened.status, await opened.text()]).toEqual([200, 'some words']);
      const again = await sofia.fetch(url, { headers: { 'if-none-match': opened.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
      expect((await boris.fetch(url)).status).toBe(404);

      const row = await database.prisma.chatAttachment.findUnique({ where: { id: staged.id } });
      expect(row?.status ?? null).toBe(gates.table ? 'LINKED' : null);
      const stored = await database.prisma.chatMessage.findUnique({ where: { id: message.id } });
      expect(Array.isArray(stored?.attachments)).toBe(gates.legacy);

      const twice = anna.mutate('supportChat.sendMessage', { dialogId, attachments: [{ attachmentId: staged.id }] });
      await expect(twice).rejects.toMatchObject({ code: 'CONFLICT' });

      await anna.mutate('supportChat.deleteMessage', { messageId: message.id });
      expect((await sofia.fetch(url)).status).toBe(404);
    },
  );

  it.each(ALL.filter((gates) => !isSensible(gates)).map((gates) => [nameOf(gates), gates] as const))(
    '%s is refused at start, and the reason names the setting',
    (_, gates) => {
      const env = {
        DATABASE_URL: database.url,
        AUTH_SECRET: 'x'.repeat(32),
        NODE_ENV: 'test' as const,
        ...settingsOf(gates),
      };
      expect(() => loadConfig(env)).toThrow(BadSettingsError);
      expect(() => loadConfig(env)).toThrow(/SUPPORT_CHAT_ATTACHMENT_(READ_MODE|TABLE_WRITE)/);
    },
  );
});
