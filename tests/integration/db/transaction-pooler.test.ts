import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { isTransactionPooler } from '#shared/db/transaction-pooler.ts';
import { PGBOUNCER, startPgBouncer } from '#tests/support/pgbouncer.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer } from '#tests/support/test-server.ts';
import { openEventStream } from '../chat/event-stream.ts';

describe.skipIf(PGBOUNCER === null)('behind PgBouncer', () => {
  let database: TestDatabase;
  let pooled: Awaited<ReturnType<typeof startPgBouncer>>;
  let session: Awaited<ReturnType<typeof startPgBouncer>>;
  beforeAll(async () => {
    database = await startTestDatabase();
    pooled = await startPgBouncer(database.url, 'transaction');
    session = await startPgBouncer(database.url, 'session');
  });
  afterAll(async () => {
    await Promise.all([pooled?.stop(), session?.stop()]);
    await database?.close();
  });
  const settings = (databaseUrl: string, databaseDirectUrl: string | null = null) =>
    databaseUrlFor({ databaseUrl, databaseDirectUrl, dataDir: '/nowhere' });

  it('a pooler in transaction mode is told from a direct connection and from one in session mode', async () => {
    expect(await isTransactionPooler(database.url)).toBe(false);
    expect(await isTransactionPooler(session.url)).toBe(false);
    for (let run = 0; run < 5; run += 1) expect(await isTransactionPooler(pooled.url)).toBe(true);
  });

  it('transaction mode alone is refused, and the message names the way on', async () => {
    await expect(settings(pooled.url)).rejects.toThrow(/^DATABASE_URL leads through a pooler.+DATABASE_DIRECT_URL/);
    await expect(settings(pooled.url, pooled.url)).rejects.toThrow(/^DATABASE_DIRECT_URL leads through a pooler/);
  });

  it('session mode needs no second address', async () => {
    expect(await settings(session.url)).toMatchObject({ url: session.url, directUrl: session.url });
  });

  it.each(['transaction', 'session'] as const)(
    'the main job works in %s mode, events and bytes included',
    async (mode) => {
      const env: Record<string, string> = mode === 'transaction' ? { DATABASE_DIRECT_URL: database.url } : {};
      const url = mode === 'transaction' ? pooled.url : session.url;
      const server = await startTestServer({ database: { ...database, url }, env });
      try {
        const [anna, sofia] = [await server.as('anna'), await server.as('sofia')];
        const stream = await openEventStream(`${server.url}/api/support-chat/events`, { cookie: sofia.cookie ?? '' });
        await stream.next('connected');
        const staged = await anna.upload({ name: 'note.txt', bytes: Buffer.from('private') });
        const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
          attachments: [{ attachmentId: staged.id }],
        });
        await stream.next('dialog.created');
        for (let round = 0; round < 10; round += 1) {
          const file = await sofia.fetch(`/api/support-chat/attachments/${dialogId}/${staged.id}`);
          expect([file.status, await file.text()]).toEqual([200, 'private']);
        }
        stream.close();
      } finally {
        await server.close();
      }
    },
  );
});
