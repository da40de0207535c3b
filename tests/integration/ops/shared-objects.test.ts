import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHAT_INDEXES } from '#entities/support-chat/_repositories/chat-indexes.ts';
import { OBJECT_NAMES_INDEX, ObjectNames } from '#entities/support-chat/_repositories/object-names.ts';
import {
  CleanupAttachments,
  type CleanupReport,
} from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { Doctor } from '#features/support-chat/_services/doctor/doctor.ts';
import { emptyDoctorReport } from '#features/support-chat/_services/doctor/doctor-report.ts';
import { BackfillAttachments } from '#features/support-chat/_services/legacy/backfill-attachments.ts';
import { dropLegacyColumn, restoreLegacyColumn } from '#features/support-chat/_services/legacy/legacy-column.ts';
import { buildLiveIndexes, findMissingIndexes } from '#shared/db/live-indexes.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { OpsWorld } from './ops-world.ts';

const DAY = 1440;

describe('an object that JSON of another conversation names', () => {
  let world: OpsWorld;
  const otherDialogId = randomUUID();

  beforeAll(async () => {
    world = await OpsWorld.open();
    await world.addConversation(otherDialogId);
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  async function clean(dryRun = false): Promise<CleanupReport> {
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const cleanup = new CleanupAttachments(world.pool, world.storages, settings, world.log);
    const result = await cleanup.run({ olderThanMinutes: DAY, batchSize: 2, dryRun });
    if ('skipped' in result) throw new Error('skipped');
    return result;
  }

  const nameIt = (path: unknown, id: unknown = randomUUID(), dialogId = otherDialogId) =>
    world.addMessage({ dialogId, attachments: [{ id: 'first' }, { id, path, name: 'x', type: 'text/plain' }] });

  const isStored = async (path: string) => (await world.storage.stat(path)) !== null;

  const deleteMessage = (id: string) =>
    world.pool.query('UPDATE "ChatMessage" SET "deletedAt" = now() WHERE "id" = $1', [id]);

  it('stays, staged or deleted, however old its message is, and goes with the last name', async () => {
    const staged = await world.addAttachment({ minutesOld: 2 * DAY });
    const deleted = await world.addAttachment({ status: 'DELETING' });
    const old = new Date(0);
    const names = await Promise.all(
      [staged, deleted].map(({ storagePath: path }) =>
        world.addMessage({ dialogId: otherDialogId, attachments: [{ id: 'z', path }], createdAt: old }),
      ),
    );
    await world.addMessage({ deleted: true, attachments: [{ id: 'z', path: deleted.storagePath }] });
    for (const dryRun of [true, false]) {
      expect(await clean(dryRun)).toMatchObject({ candidates: 0, deleted: 0, heldBack: 2, failed: 0 });
    }
    expect([await world.statusOf(staged.id), await isStored(staged.storagePath)]).toEqual(['UPLOADED', true]);
    expect([await world.statusOf(deleted.id), await isStored(deleted.storagePath)]).toEqual(['DELETING', true]);
    for (const id of names) await deleteMessage(id);
    expect(await clean()).toMatchObject({ deleted: 2, heldBack: 0 });
    expect(await isStored(deleted.storagePath)).toBe(false);
  });

  it('is known by a path or an id that an older program wrote as a number', async () => {
    const byPath = await world.addAttachment({ status: 'DELETING', storagePath: '20210' });
    const byId = await world.addAttachment({ status: 'DELETING' });
    await world.pool.query(`UPDATE "ChatAttachment" SET "id" = '77' WHERE "id" = $1`, [byId.id]);
    await nameIt(20210);
    await nameIt('elsewhere', 77, world.dialogId);
    expect(await clean()).toMatchObject({ deleted: 0, heldBack: 2 });
    expect(await isStored(byPath.storagePath)).toBe(true);
  });

  it('of the same id elsewhere is another file', async () => {
    const { id, storagePath } = await world.addAttachment({ status: 'DELETING' });
    await nameIt('elsewhere', id);
    expect(await clean()).toMatchObject({ deleted: 1, heldBack: 0 });
    expect(await isStored(storagePath)).toBe(false);
  });

  it('is looked at ever more seldom, not by every run', async () => {
    const { id, storagePath } = await world.addAttachment({ status: 'DELETING' });
    await nameIt(storagePath);
    await world.pool.query(`UPDATE "ChatAttachment" SET "updatedAt" = now() - interval '5 hours' WHERE "id" = $1`, [
      id,
    ]);
    expect(await clean()).toMatchObject({ heldBack: 1 });
    expect(await clean()).toMatchObject({ heldBack: 0, candidates: 0 });
    const { rows } = await world.pool.query(
      `SELECT "deleteAttempts", "deleteAfter" BETWEEN now() + interval '4 hours' AND now() + interval '6 hours' AS later
         FROM "ChatAttachment"`,
    );
    expect(rows).toEqual([{ deleteAttempts: 0, later: true }]);
  });

  it('is no stuck deletion to the doctor', async () => {
    const held = await world.addAttachment({ status: 'DELETING' });
    await world.addAttachment({ status: 'DELETING' });
    await nameIt(held.storagePath);
    await world.pool.query(`UPDATE "ChatAttachment" SET "updatedAt" = now() - interval '2 days'`);
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const doctor = new Doctor(world.pool, world.storages, settings, { add: async () => undefined });
    const report = await doctor.run({ repair: false, verifyChecksums: false, olderThanMinutes: 60 });
    expect(report).toMatchObject({
      ...emptyDoctorReport(),
      rows: 2,
      objects: 2,
      stuckDeleting: 1,
      durationMs: expect.anything(),
    });
  });

  it('is no orphan to the doctor in a storage that is not the configured one', async () => {
    const path = createStoragePath(world.userId);
    await world.putObject(path);
    const nowhere = createStoragePath(world.userId);
    await world.putObject(nowhere);
    await nameIt(path);
    await world.addAttachment({ storageDriver: 'local' });
    const other = await createFileStorage({ driver: 'local', local: { dir: join(world.dir, 'configured') } });
    const configured = new Proxy(other, {
      get: (it, key) => {
        const value: unknown = Reflect.get(it, key);
        return key === 'driver' ? 's3' : typeof value === 'function' ? value.bind(it) : value;
      },
    });
    const storages = new StorageRegistry(configured, async () => world.storage);
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const doctor = new Doctor(world.pool, storages, settings, { add: async () => undefined });
    const request = { repair: true, verifyChecksums: false, olderThanMinutes: 0 };
    expect(await doctor.run(request)).toMatchObject({ objectsWithoutRow: 1, repaired: 1 });
    expect([await isStored(path), await isStored(nowhere)]).toEqual([true, false]);
  });

  describe('while the backfill copies it for one of the two', () => {
    const path = 'chat/2021/shared.txt';

    /** Runs the backfill; `meanwhile` comes between its look at the messages and the copy. */
    async function backfill(meanwhile: () => Promise<unknown>): Promise<void> {
      await world.putObject(path, 'hello');
      await world.addMessage({ id: 'm-1', dialogId: otherDialogId, attachments: [{ id: 'kept', path }] });
      await world.addMessage({ id: 'm-2', attachments: [{ id: 'deleted', path }] });
      const copy = world.storage.copy.bind(world.storage);
      world.storage.copy = async (from, to) => {
        await world.pool.query(`UPDATE "ChatMessage" SET "deletedAt" = now(), "attachments" = NULL WHERE "id" = 'm-2'`);
        await meanwhile();
        return copy(from, to);
      };
      const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
      const job = new BackfillAttachments(world.pool, world.storages, settings, { add: async () => undefined });
      try {
        await job.run({ dryRun: false, batchSize: 10, checksums: false });
      } finally {
        world.storage.copy = copy;
      }
    }

    it('a deletion that noted the object first leaves no copy behind', async () => {
      await backfill(() =>
        world.pool.query(
          `INSERT INTO "ChatAttachment" ("id", "dialogId", "messageId", "storagePath", "mimeType", "sizeBytes", "originalName",
             "createdByUserId", "status") VALUES ('deleted', $1, 'm-2', $2, 'text/plain', 5, 'x', $3, 'DELETING')`,
          [world.dialogId, path, world.userId],
        ),
      );
      expect((await world.storage.list({ prefix: '' })).objects.map((object) => object.path)).toEqual([path]);
      expect(await clean()).toMatchObject({ deleted: 0, heldBack: 1 });
    });

    it('an object that was freed in that moment does not end the run', async () => {
      await backfill(() => world.storage.delete(path));
      expect(await world.statusOf('deleted')).toBe('DELETING');
    });
  });

  it('cannot be told from others without the index: nothing is freed until it is built', async () => {
    const staged = await world.addAttachment({ minutesOld: 2 * DAY });
    const deleted = await world.addAttachment({ status: 'DELETING' });
    await world.pool.query(`DROP INDEX "${OBJECT_NAMES_INDEX.name}"`);
    for (const dryRun of [true, false]) {
      expect(await clean(dryRun)).toMatchObject({ candidates: 0, deleted: 0, heldBack: 2, failed: 0 });
    }
    expect(await new ObjectNames(world.pool).findNamed([staged, deleted])).toEqual(new Set([staged.id, deleted.id]));
    expect(await world.statusOf(staged.id)).toBe('UPLOADED');
    expect(await buildLiveIndexes(world.databaseUrl, CHAT_INDEXES)).toEqual([OBJECT_NAMES_INDEX.name]);
    expect(await clean()).toMatchObject({ deleted: 2, heldBack: 0 });
  });

  it('cannot be told from others by an index whose building was interrupted', async () => {
    await world.addAttachment({ status: 'DELETING' });
    const valid = (is: boolean) =>
      world.pool.query(`UPDATE pg_index SET indisvalid = $2 WHERE indexrelid = to_regclass(quote_ident($1))`, [
        OBJECT_NAMES_INDEX.name,
        is,
      ]);
    await valid(false);
    expect(await clean()).toMatchObject({ deleted: 0, heldBack: 1 });
    await valid(true);
    expect(await clean()).toMatchObject({ deleted: 1, heldBack: 0 });
  });

  it('is no question any more once the column was dropped, and is one again when it comes back', async () => {
    const { storagePath } = await world.addAttachment({ status: 'DELETING' });
    await nameIt(storagePath);
    await dropLegacyColumn(world.pool);
    expect(await findMissingIndexes(world.pool, CHAT_INDEXES)).toEqual([]);
    expect(await buildLiveIndexes(world.databaseUrl, CHAT_INDEXES)).toEqual([]);
    expect(await clean()).toMatchObject({ deleted: 1, heldBack: 0 });
    await restoreLegacyColumn(world.pool);
    expect(await findMissingIndexes(world.pool, CHAT_INDEXES)).toEqual([OBJECT_NAMES_INDEX.name]);
    await buildLiveIndexes(world.databaseUrl, CHAT_INDEXES);
  });
});
