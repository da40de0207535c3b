import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import type { S3StorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { ChatTraffic } from '#tests/integration/ops/chat-traffic.ts';
import { runScript } from '#tests/integration/ops/run-script.ts';
import { people } from '#tests/support/people.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { type Gateway, gatewayAbsence, openGateway } from './ceph-gateway.ts';
import { s3Env } from './driver-servers.ts';

const suite = gatewayAbsence ? `the jobs over S3 (left out: ${gatewayAbsence})` : 'the jobs over S3';

describe.skipIf(gatewayAbsence)(suite, () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await openGateway();
  });
  afterAll(() => gateway?.release());

  interface House {
    database: TestDatabase;
    dir: string;
    s3: FileStorage;
    local: FileStorage;
    settings: S3StorageSettings;
    command(script: string, args?: string[], env?: Record<string, string>): Promise<Record<string, unknown>>;
    start(driver: 'local' | 's3', change?: Record<string, string>): Promise<TestServer>;
    close(): Promise<void>;
  }

  async function openHouse(): Promise<House> {
    const database = await startTestDatabase();
    const dir = await mkdtemp(join(tmpdir(), 'attache-house-'));
    const settings = await gateway.createBucket();
    const s3 = await createFileStorage({ driver: 's3', s3: settings });
    const local = await createFileStorage({ driver: 'local', local: { dir: join(dir, 'storage') } });
    const env = {
      ...s3Env(settings),
      SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '1000000',
      STORAGE_TIMEOUT_SECONDS: '20',
    };
    return {
      database,
      dir,
      s3,
      local,
      settings,
      async command(script, args = [], change = {}) {
        const result = await runScript({ databaseUrl: database.url, dir }, script, args, { ...env, ...change });
        expect(result.code, `${script}: ${result.stdout} ${result.stderr}`).toBe(0);
        return result.report;
      },
      start: (driver, change = {}) =>
        startTestServer({ database, dataDir: dir, env: { ...env, STORAGE_DRIVER: driver, ...change } }),
      async close() {
        await s3.close();
        await local.close();
        await database.close();
        await rm(dir, { recursive: true, force: true });
      },
    };
  }

  const paths = async (storage: FileStorage) => (await storage.list({ prefix: '' })).objects.map(({ path }) => path);

  it('a chat moves from local disk to S3 and back while people send and read, and not one request fails', async () => {
    const house = await openHouse();
    const onDisk = await house.start('local');
    const { dialogId } = await (await onDisk.as('anna')).mutate<{ dialogId: string }>('supportChat.createDialog', {
      initialMessage: 'Hi',
    });
    const traffic = new ChatTraffic(dialogId, []);
    onTestFinished(() => traffic.stop());
    traffic.start([onDisk]);
    await traffic.use([onDisk], 10);

    const there = ['--from', 'local', '--to', 's3'];
    const first = await house.command('storage-move.ts', there, { STORAGE_DRIVER: 'local' });
    expect(first).toMatchObject({ failed: 0, deletedFromSource: 0 });
    expect(Number(first.copied)).toBeGreaterThan(0);
    const onS3 = await house.start('s3');
    await traffic.use([onDisk, onS3], 10);
    await traffic.use([onS3], 10);
    await onDisk.close();
    expect(await house.command('storage-move.ts', [...there, '--delete-source'])).toMatchObject({
      failed: 0,
      rowsLeft: 0,
    });
    await traffic.use([onS3], 10);
    expect(traffic.failures).toEqual([]);

    // Rolled back to the JSON meanwhile, the files are still found where they are now.
    const rolledBack = await house.start('s3', { SUPPORT_CHAT_ATTACHMENT_READ_MODE: 'legacy' });
    await traffic.use([onS3, rolledBack], 10);
    await traffic.use([onS3]);
    await rolledBack.close();
    expect(await paths(house.local)).toEqual([]);

    const back = ['--from', 's3', '--to', 'local'];
    await house.command('storage-move.ts', back);
    const home = await house.start('local');
    await traffic.use([onS3, home], 10);
    await traffic.use([home], 10);
    await onS3.close();
    expect(
      await house.command('storage-move.ts', [...back, '--delete-source'], { STORAGE_DRIVER: 'local' }),
    ).toMatchObject({ failed: 0, rowsLeft: 0 });
    await traffic.use([home], 5);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    expect(await paths(house.s3)).toEqual([]);
    const sofia = await home.as('sofia');
    for (const { url, content } of traffic.files) {
      const opened = await sofia.fetch(url);
      expect([opened.status, await opened.text()]).toEqual([200, content]);
    }
    await home.close();
    await house.close();
  }, 240_000);

  it('an older chat is taken over, cleaned and examined in the bucket', async () => {
    const house = await openHouse();
    const { pool } = house.database;
    const put = (path: string) => house.s3.put(path, Readable.from([Buffer.from('hello')]));
    await pool.query(`INSERT INTO "ChatDialog" ("id", "userId", "updatedAt") VALUES ('d', $1, now())`, [
      people.anna.id,
    ]);
    const legacy = ['chat/2021/фото 1.png', 'chat/2021/фото 2.png'];
    for (const path of legacy) await put(path);
    await pool.query(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "attachments") VALUES ('m', 'd', 'USER', $1, $2)`,
      [
        people.anna.id,
        JSON.stringify(
          legacy.map((path, n) => ({ id: `old-${n}`, name: 'x.png', path, type: 'image/png', sizeBytes: 5 })),
        ),
      ],
    );
    expect(await house.command('backfill-support-attachments.ts')).toMatchObject({ created: 2, missingObjects: 0 });
    expect(await house.command('backfill-support-attachments.ts', ['--verify', '--checksums'])).toMatchObject({
      missingRows: 0,
      missingObjects: 0,
    });

    const stale = 'support-chat/a/stale';
    const orphan = 'support-chat/a/orphan';
    await put(stale);
    await put(orphan);
    await pool.query(
      `INSERT INTO "ChatAttachment" ("id", "dialogId", "storagePath", "mimeType", "sizeBytes", "originalName", "createdByUserId", "createdAt")
       VALUES ('s', 'd', $1, 'text/plain', 5, 'a.txt', $2, now() - interval '3 days')`,
      [stale, people.anna.id],
    );
    expect(await house.command('cleanup-support-chat-attachments.ts')).toMatchObject({
      candidates: 1,
      deleted: 1,
      failed: 0,
    });
    expect(await house.s3.stat(stale)).toBeNull();
    const repaired = await house.command('doctor-support-chat-attachments.ts', [
      '--repair',
      '--older-than-minutes',
      '0',
      '--verify-checksums',
    ]);
    expect(repaired).toMatchObject({
      rows: 2,
      objects: 3,
      objectsWithoutRow: 1,
      rowsWithoutObject: 0,
      checksumMismatches: 0,
      repaired: 1,
    });
    expect(await paths(house.s3)).toEqual([...legacy, `support-chat-quarantine/${orphan}`]);
    await house.close();
  }, 120_000);
});
