import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CleanupAttachments,
  type CleanupReport,
} from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { BackfillAttachments } from '#features/support-chat/_services/legacy/backfill-attachments.ts';
import { createLog } from '#shared/log/log.ts';
import { people } from '#tests/support/people.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { gatewayAbsence } from './ceph-gateway.ts';
import { type DriverName, type DriverServer, openS3 } from './driver-servers.ts';

const drivers: DriverName[] = gatewayAbsence === null ? ['local', 's3'] : ['local'];
const absence = gatewayAbsence === null ? '' : ` (s3 left out: ${gatewayAbsence})`;
const STEP_2 = {
  SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: 'true',
  SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: 'true',
  SUPPORT_CHAT_ATTACHMENT_READ_MODE: 'legacy',
  SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '1000000',
  SUPPORT_CHAT_WRITES_PER_MINUTE: '1000000',
};

interface Sent {
  messageId: string;
  url: string;
  path: string;
}

describe.each(drivers)(`one stored object in two conversations, on %s${absence}`, (driver) => {
  let driverServer: DriverServer | null = null;
  let server: TestServer;
  let sofia: TestClient;
  let ofAnna: string;
  let ofBoris: string;

  beforeAll(async () => {
    driverServer = driver === 's3' ? await openS3() : null;
    server = await startTestServer({ env: { ...STEP_2, ...driverServer?.env } });
    sofia = await server.as('sofia');
  });
  afterAll(async () => {
    await server?.close();
    await driverServer?.release();
  });
  beforeEach(async () => {
    [ofAnna, ofBoris] = await Promise.all([openDialog('anna'), openDialog('boris')]);
  });

  const storage = () => server.running.composition.storages.current;
  const pool = () => server.database.pool;
  const lock = { lockNamespace: 'test', lockTtlSeconds: 30 };

  async function openDialog(person: 'anna' | 'boris'): Promise<string> {
    const client = await server.as(person);
    return (await client.mutate<{ dialogId: string }>('supportChat.createDialog', { initialMessage: 'Hi' })).dialogId;
  }

  async function clean(lockNamespace = 'test'): Promise<CleanupReport> {
    const cleanup = new CleanupAttachments(
      pool(),
      server.running.composition.storages,
      { ...lock, lockNamespace },
      createLog('silent'),
    );
    const result = await cleanup.run({ olderThanMinutes: 1440, batchSize: 5, dryRun: false });
    if ('skipped' in result) throw new Error('skipped');
    return result;
  }

  const backfill = () =>
    new BackfillAttachments(pool(), server.running.composition.storages, lock, { add: async () => undefined }).run({
      dryRun: false,
      batchSize: 7,
      checksums: false,
    });

  /** Sofia sends a file as the product does: row and JSON. */
  async function send(dialogId: string, content: string): Promise<Sent> {
    const { id, url } = await sofia.upload({ bytes: content, name: 'terms.txt', dialogId });
    const sent = { dialogId, attachments: [{ attachmentId: id }] };
    const { message } = await sofia.mutate<{ message: { id: string } }>('supportChat.sendMessage', sent);
    const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id } });
    return { messageId: message.id, url, path: row.storagePath };
  }

  /** The older program forwards the file of a message that is there: another entry with the same path. Null: it is gone. */
  async function forward(from: Sent, dialogId: string): Promise<Sent | null> {
    const [id, messageId] = [randomUUID(), randomUUID()];
    const { rowCount } = await pool().query(
      `WITH source AS MATERIALIZED (SELECT 1 FROM "ChatMessage" WHERE "id" = $1 AND "deletedAt" IS NULL FOR SHARE)
       INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderStaffId", "attachments")
       SELECT $2, $3, 'STAFF', $4, $5 FROM source`,
      [
        from.messageId,
        messageId,
        dialogId,
        people.sofia.id,
        JSON.stringify([{ id, name: 'terms.txt', path: from.path, type: 'text/plain', sizeBytes: 5 }]),
      ],
    );
    return rowCount === 1
      ? { messageId, path: from.path, url: `/api/support-chat/attachments/${dialogId}/${id}` }
      : null;
  }

  /** A file that the older program sent: an object and JSON, no row. */
  async function sendLegacy(dialogId: string): Promise<Sent> {
    const path = `chat/2021/${randomUUID()}.txt`;
    await storage().put(path, Readable.from([Buffer.from('hello')]));
    const { rows } = await pool().query<{ id: string }>(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderStaffId", "text")
       VALUES ($1, $2, 'STAFF', $3, 'x') RETURNING "id"`,
      [randomUUID(), dialogId, people.sofia.id],
    );
    const sent = await forward({ messageId: rows[0]?.id ?? '', url: '', path }, dialogId);
    if (!sent) throw new Error('not sent');
    return sent;
  }

  const remove = (sent: Sent) => sofia.mutate('supportChat.deleteMessage', { messageId: sent.messageId });

  async function open(person: 'anna' | 'boris' | 'sofia', { url }: Sent): Promise<string> {
    const answer = await (await server.as(person)).fetch(url);
    const text = await answer.text();
    return answer.status === 200 ? text : String(answer.status);
  }

  it.each([
    ['sent by this product', (dialogId: string) => send(dialogId, 'hello')],
    ['sent by an older program', sendLegacy],
  ])('%s: deleting the message in one leaves the file to the other, until that is deleted too', async (_, sendFile) => {
    const first = await sendFile(ofAnna);
    const second = await forward(first, ofBoris);
    if (!second) throw new Error('not forwarded');
    expect(await open('boris', second)).toBe('hello');

    await remove(first);
    expect(await clean()).toMatchObject({ deleted: 0, heldBack: 1, failed: 0 });
    expect(await open('boris', second)).toBe('hello');
    expect([await open('anna', first), await open('sofia', first)]).toEqual(['404', '404']);

    await remove(second);
    expect(await open('boris', second)).toBe('404');
    expect(await clean()).toMatchObject({ deleted: 1, heldBack: 0, failed: 0 });
    expect(await storage().stat(first.path)).toBeNull();
  });

  it('raced: forwards, deletions, the backfill and two cleanups at once lose nothing that is shown and keep nothing else', async () => {
    const originals = await Promise.all(
      Array.from({ length: 24 }, (_, n) => (n % 2 === 0 ? sendLegacy(ofAnna) : send(ofAnna, 'hello'))),
    );
    const forwarded: Sent[] = [];
    let isOver = false;
    const repeat = async (work: () => Promise<unknown>) => {
      while (!isOver) await work();
    };
    const jobs = [repeat(() => clean('one')), repeat(() => clean('two')), repeat(backfill)];
    await Promise.all(
      originals.map(async (sent, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 20));
        const [copy] = await Promise.all([forward(sent, ofBoris), remove(sent)]);
        if (copy) forwarded.push(copy);
      }),
    );
    isOver = true;
    await Promise.all(jobs);
    expect(forwarded.length).toBeGreaterThan(0);
    await clean();
    for (const copy of forwarded) expect(await open('boris', copy)).toBe('hello');
    for (const sent of originals) expect(await open('anna', sent)).toBe('404');

    await backfill();
    const { rows } = await pool().query<{ storagePath: string }>(
      `SELECT "storagePath" FROM "ChatAttachment" WHERE "status" = 'LINKED' AND "dialogId" = $1`,
      [ofBoris],
    );
    expect(rows).toHaveLength(forwarded.length);
    for (const { storagePath } of rows) expect(await storage().stat(storagePath)).not.toBeNull();

    for (const copy of forwarded) await remove(copy);
    expect(await clean()).toMatchObject({ heldBack: 0, failed: 0 });
    expect((await storage().list({ prefix: '' })).objects.filter(({ sizeBytes }) => sizeBytes === 5)).toEqual([]);
  });
});
