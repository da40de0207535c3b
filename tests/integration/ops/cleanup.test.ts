import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import {
  CleanupAttachments,
  type CleanupReport,
} from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { acquireLease } from '#shared/lease/lease.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { minutesAgo, OpsWorld } from './ops-world.ts';

describe('cleanup of attachments', () => {
  let world: OpsWorld;

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  const DAY = 1440;

  async function clean(
    change: { dryRun?: boolean; batchSize?: number; olderThanMinutes?: number } = {},
  ): Promise<CleanupReport> {
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const result = await new CleanupAttachments(world.pool, world.storages, settings, world.log).run({
      olderThanMinutes: DAY,
      batchSize: 3,
      dryRun: false,
      ...change,
    });
    if ('skipped' in result) throw new Error('skipped');
    return result;
  }

  /** A path that cannot be deleted: a folder stands in its place, which `unlink` refuses. */
  async function makeUndeletable(storagePath: string): Promise<void> {
    await world.storage.delete(storagePath);
    await mkdir(join(world.dir, 'storage', storagePath, 'inside'), { recursive: true });
  }

  it('frees stale staged files with their renditions, and nothing else', async () => {
    const stale = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => world.addAttachment({ minutesOld: DAY + n })));
    const [first] = stale;
    if (!first) throw new Error('none');
    const rendition = await world.addRendition(first.id);
    const young = await world.addAttachment({ minutesOld: DAY - 1 });
    const messageId = await world.addMessage();
    const linked = await world.addAttachment({ minutesOld: 10 * DAY, status: 'LINKED', messageId });

    const report = await clean();

    expect(report).toMatchObject({ dryRun: false, candidates: 7, deleted: 7, failed: 0, bytesFreed: 7 * 5 + 5 });
    for (const { id, storagePath } of stale) {
      expect(await world.statusOf(id)).toBeNull();
      expect(await world.storage.stat(storagePath)).toBeNull();
    }
    expect(await world.storage.stat(rendition)).toBeNull();
    for (const kept of [young, linked]) expect(await world.storage.stat(kept.storagePath)).not.toBeNull();
    expect(await world.statusOf(young.id)).toBe('UPLOADED');
    expect(await world.statusOf(linked.id)).toBe('LINKED');
  });

  it('does nothing the second time', async () => {
    await world.addAttachment({ minutesOld: 2 * DAY });
    expect((await clean()).deleted).toBe(1);
    expect(await clean()).toMatchObject({ candidates: 0, deleted: 0, failed: 0, bytesFreed: 0 });
  });

  it('frees the files of deleted messages at any age', async () => {
    const messageId = await world.addMessage({ deleted: true });
    const { storagePath } = await world.addAttachment({ status: 'DELETING', messageId });
    expect(await clean()).toMatchObject({ candidates: 1, deleted: 1 });
    expect(await world.storage.stat(storagePath)).toBeNull();
  });

  it('takes a missing object for a deleted one', async () => {
    const { id } = await world.addAttachment({ minutesOld: 2 * DAY, withoutObject: true });
    expect(await clean()).toMatchObject({ deleted: 1, failed: 0 });
    expect(await world.statusOf(id)).toBeNull();
  });

  it('spares a staged file that an open composer has renewed', async () => {
    const renewed = await world.addAttachment({ minutesOld: 3 * DAY });
    const forgotten = await world.addAttachment({ minutesOld: 3 * DAY, renewedMinutesAgo: 2 * DAY });
    const ids = [renewed.id, forgotten.id];
    const prisma = createPrisma(world.databaseUrl, { maxConnections: 1 });
    onTestFinished(() => prisma.$disconnect());
    const renew = (userId: string, attachmentIds: string[]) =>
      new ChatAttachmentRepository(prisma).renewStaged(userId, attachmentIds);
    expect(await renew('somebody else', ids)).toEqual([]);
    expect(await renew(world.userId, [renewed.id])).toEqual([renewed.id]);
    expect(await clean()).toMatchObject({ candidates: 1, deleted: 1 });
    expect(await world.statusOf(renewed.id)).toBe('UPLOADED');
    expect(await renew(world.userId, ids)).toEqual([renewed.id]);
  });

  it('a dry run changes nothing and predicts what the run then does', async () => {
    for (let n = 0; n < 10; n++) await world.addAttachment({ minutesOld: DAY + n, content: 'x'.repeat(n) });
    await world.addAttachment({ status: 'DELETING' });
    const state = () => world.pool.query('SELECT *, xmin FROM "ChatAttachment" ORDER BY "id"').then(({ rows }) => rows);
    const before = await state();

    const predicted = await clean({ dryRun: true });

    expect(await state()).toEqual(before);
    expect(predicted).toMatchObject({ dryRun: true, deleted: 0, failed: 0 });
    const actual = await clean();
    expect(actual.deleted).toBe(predicted.candidates);
    expect(actual.candidates).toBe(predicted.candidates);
    expect(actual.bytesFreed).toBe(predicted.bytesFreed);
  });

  it('an object that cannot be deleted is counted, does not stop the others, and is tried again by the next run', async () => {
    const failing = await world.addAttachment({ minutesOld: 9 * DAY });
    const others = await Promise.all([1, 2, 3, 4].map(() => world.addAttachment({ minutesOld: 2 * DAY })));
    await makeUndeletable(failing.storagePath);

    expect(await clean({ batchSize: 1 })).toMatchObject({ candidates: 5, deleted: 4, failed: 1 });
    for (const { id } of others) expect(await world.statusOf(id)).toBeNull();
    expect(await world.statusOf(failing.id)).toBe('DELETING');
    expect(await clean()).toMatchObject({ candidates: 1, deleted: 0, failed: 1 });
    expect(await clean()).toMatchObject({ candidates: 0, failed: 0 });

    await world.pool.query(`UPDATE "ChatAttachment" SET "deleteAfter" = now() - interval '1 second'`);
    await world.storage.delete(`${failing.storagePath}/inside`).catch(() => undefined);
    expect(await clean()).toMatchObject({ candidates: 1, failed: 1 });
    const { rows } = await world.pool.query(
      'SELECT "deleteAttempts", "deleteAfter" > now() + interval \'9 minutes\' AS later FROM "ChatAttachment"',
    );
    expect(rows).toEqual([{ deleteAttempts: 3, later: true }]);
  });

  it('never deletes a file that a message knows by JSON only', async () => {
    const byId = await world.addAttachment({ minutesOld: 2 * DAY });
    const byPath = await world.addAttachment({ minutesOld: 2 * DAY, status: 'DELETING' });
    const ofDeleted = await world.addAttachment({ minutesOld: 2 * DAY });
    const entry = (id: string, path: string) => ({ id, name: 'a.txt', path, type: 'text/plain', sizeBytes: 5 });
    await world.addMessage({ attachments: [entry(byId.id, 'elsewhere'), entry('other', byPath.storagePath)] });
    await world.addMessage({ deleted: true, attachments: [entry(ofDeleted.id, ofDeleted.storagePath)] });
    expect((await clean({ dryRun: true })).candidates).toBe(1);
    expect(await clean()).toMatchObject({ candidates: 1, deleted: 1 });
    expect(await world.storage.stat(byId.storagePath)).not.toBeNull();
    expect(await world.storage.stat(byPath.storagePath)).not.toBeNull();
  });

  it('works on after the legacy column was dropped', async () => {
    await world.pool.query('ALTER TABLE "ChatMessage" RENAME COLUMN "attachments" TO "gone"');
    try {
      await world.addAttachment({ minutesOld: 2 * DAY });
      expect(await clean()).toMatchObject({ deleted: 1 });
    } finally {
      await world.pool.query('ALTER TABLE "ChatMessage" RENAME COLUMN "gone" TO "attachments"');
    }
  });

  it('does nothing while another run holds the lock, and a dry run answers all the same', async () => {
    await world.addAttachment({ minutesOld: 2 * DAY });
    const lease = await acquireLease(world.pool, { namespace: 'test', name: 'cleanup', ttlSeconds: 30 });
    await expect(clean()).rejects.toThrow('skipped');
    expect((await clean({ dryRun: true })).candidates).toBe(1);
    await lease?.release();
    expect((await clean()).deleted).toBe(1);
  });

  it('two cleanups at once, each with a lock of its own, free every file once and fail none', async () => {
    const stale = await Promise.all(Array.from({ length: 60 }, (_, n) => world.addAttachment({ minutesOld: DAY + n })));
    const run = (lockNamespace: string) =>
      new CleanupAttachments(world.pool, world.storages, { lockNamespace, lockTtlSeconds: 30 }, world.log).run({
        olderThanMinutes: DAY,
        batchSize: 7,
        dryRun: false,
      });
    const reports = await Promise.all([run('a'), run('b')]);
    const deleted = reports.map((report) => ('deleted' in report ? report.deleted : 0));
    expect(deleted.reduce((sum, n) => sum + n)).toBe(stale.length);
    expect(reports).toEqual([expect.objectContaining({ failed: 0 }), expect.objectContaining({ failed: 0 })]);
    expect(await world.count('SELECT count(*) FROM "ChatAttachment"')).toBe(0);
  });

  it('racing with linking a thousand times, never deletes a linked file, and never links a deleted one', async () => {
    const messageId = await world.addMessage();
    const attachments = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => world.addAttachment({ minutesOld: DAY + 1 + n / 1000 })),
    );
    const link = (id: string) =>
      world.pool
        .query(
          `UPDATE "ChatAttachment" SET "status" = 'LINKED', "messageId" = $2
            WHERE "id" = $1 AND "status" = 'UPLOADED' AND "messageId" IS NULL`,
          [id, messageId],
        )
        .then(({ rowCount }) => rowCount === 1);
    const linkAll = async () => {
      const linked = new Set<string>();
      const queue = attachments.values();
      const worker = async () => {
        // Oldest last, so that the two walk towards each other and meet.
        for (const { id } of queue) if (await link(id)) linked.add(id);
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
      return linked;
    };
    const [linked, report] = await Promise.all([linkAll(), clean({ batchSize: 5 })]);
    expect(linked.size).toBeGreaterThan(0);
    expect(report.deleted).toBeGreaterThan(0);
    expect(linked.size + report.deleted).toBe(1000);
    for (const { id, storagePath } of attachments) {
      expect((await world.storage.stat(storagePath)) !== null, id).toBe(linked.has(id));
    }
    expect(await world.count(`SELECT count(*) FROM "ChatAttachment" WHERE "status" = 'LINKED'`)).toBe(linked.size);
  });

  it('keeps the row of a file that got another rendition meanwhile, so that no object is left without a row', async () => {
    const { id } = await world.addAttachment({ minutesOld: 2 * DAY });
    const storage = world.storage;
    const deleteMany = storage.deleteMany.bind(storage);
    let late = '';
    storage.deleteMany = async (paths) => {
      if (late === '') late = await world.addRendition(id);
      return deleteMany(paths);
    };
    try {
      expect(await clean()).toMatchObject({ candidates: 1, deleted: 0 });
    } finally {
      storage.deleteMany = deleteMany;
    }
    expect(await world.statusOf(id)).toBe('DELETING');
    expect(await clean()).toMatchObject({ deleted: 1 });
    expect(await world.storage.stat(late)).toBeNull();
  });

  it('removes what interrupted uploads left behind, and spares running ones', async () => {
    const temporary = join(world.dir, 'storage', '.tmp');
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, 'old'), 'abc');
    await utimes(join(temporary, 'old'), minutesAgo(2 * DAY), minutesAgo(2 * DAY));
    await writeFile(join(temporary, 'running'), 'abc');
    expect(await clean({ olderThanMinutes: 0 })).toMatchObject({ unfinishedRemoved: 1, unfinishedBytesFreed: 3 });
  });

  it('is written down with its report', async () => {
    await world.addAttachment({ minutesOld: 2 * DAY, storagePath: createStoragePath(world.userId) });
    await clean();
    const { rows } = await world.pool.query('SELECT "job", "outcome", "report"->\'deleted\' AS deleted FROM "JobRun"');
    expect(rows).toEqual([{ job: 'cleanup', outcome: 'done', deleted: 1 }]);
  });
});
