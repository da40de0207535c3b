import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import type {
  MoveFinding,
  MoveReport,
  MoveRequest,
} from '#features/support-chat/_services/storage-move/move-report.ts';
import { MoveStorage } from '#features/support-chat/_services/storage-move/move-storage.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { OpsWorld } from './ops-world.ts';
import { runScript } from './run-script.ts';

const HELLO_SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('moving to another storage', () => {
  let world: OpsWorld;
  let target: FileStorage;
  let storages: StorageRegistry;
  let findings: MoveFinding[] = [];

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(async () => {
    await world.clear();
    const other = await createFileStorage({
      driver: 'local',
      local: { dir: join(world.dir, `target-${randomUUID()}`) },
    });
    // Another folder under another name stands for another kind of storage; tests/storage prove the drivers alike.
    target = new Proxy(other, {
      get: (it, key) => {
        const value: unknown = Reflect.get(it, key);
        if (key === 'driver') return 's3';
        return typeof value === 'function' ? value.bind(it) : value;
      },
    });
    storages = new StorageRegistry(world.storage, async () => target);
  });
  afterAll(() => world.close());

  async function move(change: Partial<MoveRequest> = {}): Promise<MoveReport> {
    const file = new FindingFile(join(world.dir, `${randomUUID()}.jsonl`));
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const request: MoveRequest = { from: 'local', to: 's3', dryRun: false, deleteSource: false, ...change };
    const result = await new MoveStorage(world.pool, storages, settings, file).run(request);
    await file.close();
    const lines = file.path ? await readFile(file.path, 'utf8') : '';
    findings = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if (result.skipped === 'locked') throw new Error('locked');
    return result as MoveReport;
  }

  const linked = async (change: { etag?: string; content?: string; withoutObject?: boolean } = {}) =>
    world.addAttachment({ status: 'LINKED', messageId: await world.addMessage(), ...change });

  async function driverOf(id: string): Promise<string | null> {
    const { rows } = await world.pool.query<{ storageDriver: string | null }>(
      'SELECT "storageDriver" FROM "ChatAttachment" WHERE "id" = $1',
      [id],
    );
    return rows[0]?.storageDriver ?? null;
  }

  it('copies every file and rendition, tells rows where they are now, and keeps the source', async () => {
    const one = await linked({ etag: HELLO_SHA256 });
    const staged = await world.addAttachment();
    const rendition = await world.addRendition(one.id);
    expect(await move()).toMatchObject({
      objects: 3,
      bytes: 15,
      copied: 3,
      skipped: 0,
      failed: 0,
      deletedFromSource: 0,
      rowsLeft: 0,
    });
    for (const path of [one.storagePath, staged.storagePath, rendition]) {
      expect((await target.stat(path))?.sizeBytes).toBe(5);
      expect((await world.storage.stat(path))?.sizeBytes).toBe(5);
    }
    expect(await driverOf(one.id)).toBe('s3');
    expect(await world.count(`SELECT count(*) FROM "ChatAttachmentRendition" WHERE "storageDriver" = 's3'`)).toBe(1);
    expect(await text(await target.open(one.storagePath))).toBe('hello');
  });

  it('run again copies nothing, and takes up what came in between', async () => {
    await linked();
    await move();
    expect(await move()).toMatchObject({ objects: 1, copied: 0, skipped: 1, failed: 0 });
    await linked();
    expect(await move()).toMatchObject({ objects: 2, copied: 1, skipped: 1 });
  });

  it('goes on where a run was killed between copy and row', async () => {
    const one = await linked();
    await target.put(
      one.storagePath,
      (async function* () {
        yield Buffer.from('hello');
      })(),
    );
    const half = await linked();
    await target.put(
      half.storagePath,
      (async function* () {
        yield Buffer.from('HELLO');
      })(),
    );
    expect(await move()).toMatchObject({ objects: 2, copied: 1, skipped: 1, failed: 0, rowsLeft: 0 });
    expect(await text(await target.open(half.storagePath))).toBe('hello');
  });

  it('a dry run changes nothing', async () => {
    const { id, storagePath } = await linked();
    expect(await move({ dryRun: true })).toMatchObject({ dryRun: true, objects: 1, bytes: 5, copied: 1, rowsLeft: 1 });
    expect(await target.stat(storagePath)).toBeNull();
    expect(await driverOf(id)).toBeNull();
  });

  it('deletes from the source only when asked to, and only what a row says is in the target', async () => {
    const moved = await linked();
    const orphan = createStoragePath(world.userId);
    await world.putObject(orphan, 'no row');
    const missing = await linked();
    await move();
    await target.delete(missing.storagePath);
    expect(await move({ deleteSource: true })).toMatchObject({ deletedFromSource: 1, failed: 0 });
    expect(await world.storage.stat(moved.storagePath)).toBeNull();
    expect(await target.stat(moved.storagePath)).not.toBeNull();
    for (const path of [orphan, missing.storagePath]) expect(await world.storage.stat(path)).not.toBeNull();
  });

  it('leaves a row where it is when its bytes are not those once stored, and goes on', async () => {
    const rotten = await linked({ etag: HELLO_SHA256 });
    await world.putObject(rotten.storagePath, 'HELLO');
    const good = await linked({ etag: HELLO_SHA256 });
    expect(await move()).toMatchObject({ copied: 1, failed: 1, rowsLeft: 1 });
    expect(findings).toMatchObject([{ kind: 'failed', id: rotten.id }]);
    expect(await driverOf(rotten.id)).toBe('local');
    expect(await target.stat(rotten.storagePath)).toBeNull();
    expect(await driverOf(good.id)).toBe('s3');
  });

  it('leaves nothing in a target that gives back other bytes', async () => {
    const { id, storagePath } = await linked();
    const liar = new Proxy(target, {
      get: (it, key) => (key === 'open' ? () => world.storage.open('liar') : Reflect.get(it, key)),
    });
    await world.putObject('liar', 'other');
    storages = new StorageRegistry(world.storage, async () => liar);
    expect(await move()).toMatchObject({ copied: 0, failed: 1 });
    expect(await driverOf(id)).toBe('local');
    expect(await target.stat(storagePath)).toBeNull();
  });

  it('leaves alone what is not ours', async () => {
    await world.putObject('backups/dump.sql', 'x');
    expect(await move({ deleteSource: true })).toMatchObject({
      objects: 1,
      copied: 0,
      leftAlone: 1,
      deletedFromSource: 0,
    });
    expect(await target.stat('backups/dump.sql')).toBeNull();
  });

  it('leaves no copy of a file that was deleted while it was copied', async () => {
    const { id, storagePath } = await linked();
    const slow = new Proxy(target, {
      get: (it, key) => {
        if (key !== 'put') return Reflect.get(it, key);
        return async (...args: Parameters<FileStorage['put']>) => {
          const result = await it.put(...args);
          await world.pool.query(`UPDATE "ChatAttachment" SET "status" = 'DELETING' WHERE "id" = $1`, [id]);
          return result;
        };
      },
    });
    storages = new StorageRegistry(world.storage, async () => slow);
    expect(await move()).toMatchObject({ copied: 0, skipped: 1, failed: 0, rowsLeft: 0 });
    expect(await target.stat(storagePath)).toBeNull();
    await new CleanupAttachments(world.pool, storages, { lockNamespace: 'test', lockTtlSeconds: 30 }, world.log).run({
      olderThanMinutes: 1440,
      batchSize: 10,
      dryRun: false,
    });
    expect(await world.storage.stat(storagePath)).toBeNull();
  });

  it('cleanup frees a moved file where it is now', async () => {
    const staged = await world.addAttachment({ minutesOld: 3000 });
    await move({ deleteSource: true });
    await new CleanupAttachments(world.pool, storages, { lockNamespace: 'test', lockTtlSeconds: 30 }, world.log).run({
      olderThanMinutes: 1440,
      batchSize: 10,
      dryRun: false,
    });
    expect(await target.stat(staged.storagePath)).toBeNull();
    expect(await world.statusOf(staged.id)).toBeNull();
  });

  it('as a command refuses what cannot be meant', async () => {
    for (const args of [
      [],
      ['--from', 'local'],
      ['--from', 'local', '--to', 'local'],
      ['--from', 'local', '--to', 's3'],
    ]) {
      expect(await runScript(world, 'storage-move.ts', args)).toMatchObject({ code: 2 });
    }
  });
});
