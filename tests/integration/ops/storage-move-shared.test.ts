import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { MoveStorage } from '#features/support-chat/_services/storage-move/move-storage.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { OpsWorld } from './ops-world.ts';

describe('moving objects that JSON of several messages names', () => {
  let world: OpsWorld;
  let target: FileStorage;
  let storages: StorageRegistry;
  const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(async () => {
    await world.clear();
    const dir = join(world.dir, `target-${randomUUID()}`);
    target = underAnotherName(await createFileStorage({ driver: 'local', local: { dir } }));
    storages = new StorageRegistry(world.storage, async () => target);
  });
  afterAll(() => world.close());

  const move = () =>
    new MoveStorage(world.pool, storages, settings, { add: async () => undefined }).run({
      from: 'local',
      to: 's3',
      dryRun: false,
      deleteSource: true,
    });

  const clean = () =>
    new CleanupAttachments(world.pool, storages, settings, world.log).run({
      olderThanMinutes: 1440,
      batchSize: 10,
      dryRun: false,
    });

  it('takes along what is being deleted but another conversation still names, and cleanup frees it there', async () => {
    const held = await world.addAttachment({ status: 'DELETING' });
    const other = await world.addAttachment({ status: 'DELETING' });
    const messageId = await world.addMessage({ attachments: [{ id: 'another', path: held.storagePath }] });
    expect(await move()).toMatchObject({ copied: 1, skipped: 1, failed: 0 });
    expect(await target.stat(held.storagePath)).not.toBeNull();
    const { rows } = await world.pool.query('SELECT "storageDriver" FROM "ChatAttachment" WHERE "id" = $1', [held.id]);
    expect(rows).toEqual([{ storageDriver: 's3' }]);
    await world.pool.query('UPDATE "ChatMessage" SET "deletedAt" = now() WHERE "id" = $1', [messageId]);
    await clean();
    expect([await target.stat(held.storagePath), await world.storage.stat(other.storagePath)]).toEqual([null, null]);
  });

  it('leaves in the source what JSON without a row of its own is read from, as long as that is the configured storage', async () => {
    const own = await world.addAttachment({ status: 'LINKED', messageId: await world.addMessage() });
    const shared = await world.addAttachment({ status: 'LINKED', messageId: await world.addMessage() });
    const entry = ({ id, storagePath: path }: { id: string; storagePath: string }) => ({ id, path });
    await world.addMessage({ attachments: [entry(own), entry(shared)] });
    await world.addMessage({ attachments: [{ id: 'another', path: shared.storagePath }] });
    expect(await move()).toMatchObject({ copied: 2, deletedFromSource: 1, failed: 0 });
    expect(await world.storage.stat(own.storagePath)).toBeNull();
    expect(await world.storage.stat(shared.storagePath)).not.toBeNull();
  });

  it('cleanup keeps the row of a file that is moved while it is freed, and frees it where it is then', async () => {
    const { id, storagePath } = await world.addAttachment({ status: 'DELETING', storageDriver: 'local' });
    await target.put(storagePath, await world.storage.open(storagePath));
    const deleteMany = world.storage.deleteMany.bind(world.storage);
    world.storage.deleteMany = async (paths) => {
      await world.pool.query(`UPDATE "ChatAttachment" SET "storageDriver" = 's3' WHERE "id" = $1`, [id]);
      return deleteMany(paths);
    };
    try {
      expect(await clean()).toMatchObject({ candidates: 1, deleted: 0 });
    } finally {
      world.storage.deleteMany = deleteMany;
    }
    expect(await clean()).toMatchObject({ candidates: 1, deleted: 1 });
    expect(await target.stat(storagePath)).toBeNull();
  });
});

/** Another folder under another name stands for another kind of storage. */
function underAnotherName(storage: FileStorage): FileStorage {
  return new Proxy(storage, {
    get: (it, key) => {
      const value: unknown = Reflect.get(it, key);
      if (key === 'driver') return 's3';
      return typeof value === 'function' ? value.bind(it) : value;
    },
  });
}
