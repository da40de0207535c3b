import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#shared/config/private.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { useDatabase } from '#tests/support/test-database.ts';
import { startTestServer } from '#tests/support/test-server.ts';
import { seedDemo } from '../../../prisma/seed/seed-demo.ts';

const database = useDatabase('empty');
let dataDir: string;
let storage: FileStorage;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'attache-demo-'));
  const config = loadConfig({ NODE_ENV: 'test', DATA_DIR: dataDir });
  storage = await createFileStorage(config.storage);
});
afterAll(async () => {
  await storage.close();
  await rm(dataDir, { recursive: true, force: true });
});

const seed = () => seedDemo({ prisma: database.prisma, storage, hashPassword });
const countObjects = async () => (await storage.list({ prefix: '' })).objects.length;

describe('the demo', () => {
  it('is made once, also when two instances start together', async () => {
    const outcomes = await Promise.all([seed(), seed()]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await database.prisma.user.count()).toBe(5);
    expect(await database.prisma.chatDialog.count()).toBe(2);
    expect(await countObjects()).toBe(await database.prisma.chatAttachment.count());
  });

  it('really stores its files, and their rows tell the truth about them', async () => {
    const rows = await database.prisma.chatAttachment.findMany();
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      const chunks: Buffer[] = [];
      for await (const chunk of await storage.open(row.storagePath)) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      expect(row).toMatchObject({ status: 'LINKED', sizeBytes: bytes.length });
      expect(row.etag).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('writes the legacy JSON beside the rows', async () => {
    const messages = await database.prisma.chatMessage.findMany({
      include: { files: { orderBy: { position: 'asc' } } },
    });
    for (const { attachments, files } of messages) {
      const expected = files.map((file) => ({
        id: file.id,
        name: file.originalName,
        path: file.storagePath,
        type: file.mimeType,
        sizeBytes: file.sizeBytes,
      }));
      expect(attachments).toEqual(files.length > 0 ? expected : null);
    }
  });

  it('lets Anna sign in, read her conversation and open a photo', async () => {
    const server = await startTestServer({ database: { ...database, close: async () => undefined }, dataDir });
    try {
      const anna = await TestClient.signIn(server.url, 'anna@demo.test');
      const dialogs = await anna.query<{ items: { dialogId: string; topic: string; unreadCount: number }[] }>(
        'supportChat.userListDialogs',
      );
      expect(dialogs.items).toMatchObject([{ topic: 'Заказ 20931: телефон с трещиной', unreadCount: 0 }]);
      const messages = await anna.query<{ items: { attachments: { url: string; mimeType: string }[] }[] }>(
        'supportChat.userGetMessages',
        { dialogId: dialogs.items[0]?.dialogId },
      );
      const photo = messages.items.flatMap((message) => message.attachments)[0];
      const response = await anna.fetch(photo?.url ?? '');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
    } finally {
      await server.close();
    }
  });

  it('does not come back for what a user deleted', async () => {
    await database.prisma.chatMessage.updateMany({ data: { deletedAt: new Date() } });
    await database.prisma.user.delete({ where: { email: 'nikita@demo.test' } });
    expect(await seed()).toBe(false);
    expect(await database.prisma.user.count()).toBe(4);
    expect(await database.prisma.chatMessage.count({ where: { deletedAt: null } })).toBe(0);
  });
});
