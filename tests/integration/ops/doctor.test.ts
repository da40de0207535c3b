import { randomUUID } from 'node:crypto';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Doctor } from '#features/support-chat/_services/doctor/doctor.ts';
import type {
  DoctorFinding,
  DoctorReport,
  DoctorRequest,
} from '#features/support-chat/_services/doctor/doctor-report.ts';
import { QUARANTINE_PREFIX } from '#features/support-chat/_services/doctor/repair.ts';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { acquireLease } from '#shared/lease/lease.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { minutesAgo, OpsWorld } from './ops-world.ts';
import { runScript } from './run-script.ts';

const HELLO_SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('the doctor', () => {
  let world: OpsWorld;
  let findings: DoctorFinding[] = [];

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  async function examine(change: Partial<DoctorRequest> = {}): Promise<DoctorReport> {
    const file = new FindingFile(join(world.dir, `${randomUUID()}.jsonl`));
    const settings = { lockNamespace: 'test', lockTtlSeconds: 30 };
    const request = { repair: false, verifyChecksums: false, olderThanMinutes: 60, ...change };
    const result = await new Doctor(world.pool, world.storages, settings, file).run(request);
    await file.close();
    const text = file.path ? await readFile(file.path, 'utf8') : '';
    findings = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if ('skipped' in result) throw new Error('locked');
    return result;
  }

  async function linked(
    change: { content?: string; etag?: string; withoutObject?: boolean; storagePath?: string } = {},
  ) {
    return world.addAttachment({ status: 'LINKED', messageId: await world.addMessage(), ...change });
  }

  /** An object that no row names, stored so long ago. */
  async function addOrphan(minutesOld: number, path = createStoragePath(world.userId)): Promise<string> {
    await world.putObject(path, 'orphan');
    await utimes(join(world.dir, 'storage', path), minutesAgo(minutesOld), minutesAgo(minutesOld));
    return path;
  }

  it('finds nothing where all is well', async () => {
    const one = await linked();
    await linked();
    await world.addAttachment();
    await world.addRendition(one.id);
    expect(await examine()).toMatchObject({
      rows: 3,
      renditions: 1,
      objects: 4,
      rowsWithoutObject: 0,
      objectsWithoutRow: 0,
      sizeMismatches: 0,
      checksumMismatches: 0,
      repaired: 0,
    });
    expect(findings).toEqual([]);
  });

  it('finds rows without object, objects without row, and other sizes', async () => {
    const lost = await linked({ withoutObject: true });
    const grown = await linked();
    await world.putObject(grown.storagePath, 'longer than it was');
    const orphan = await addOrphan(61);
    expect(await examine()).toMatchObject({
      rows: 2,
      objects: 2,
      rowsWithoutObject: 1,
      objectsWithoutRow: 1,
      sizeMismatches: 1,
      repaired: 0,
    });
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'row-without-object', id: lost.id }),
        expect.objectContaining({ kind: 'object-without-row', path: orphan }),
        expect.objectContaining({ kind: 'size-mismatch', id: grown.id }),
      ]),
    );
    expect(await world.storage.stat(orphan)).not.toBeNull();
  });

  it('leaves young objects without row alone, because bytes are stored before the row is written', async () => {
    await addOrphan(59);
    expect(await examine({ repair: true })).toMatchObject({ objectsWithoutRow: 0, youngObjects: 1, repaired: 0 });
    expect(await examine({ olderThanMinutes: 0 })).toMatchObject({ objectsWithoutRow: 1 });
  });

  it('reads the bytes only when asked to, and finds those that were changed', async () => {
    await linked({ etag: HELLO_SHA256 });
    const changed = await linked({ etag: HELLO_SHA256 });
    await world.putObject(changed.storagePath, 'HELLO');
    expect(await examine()).toMatchObject({ checksumMismatches: 0 });
    expect(await examine({ verifyChecksums: true })).toMatchObject({ checksumMismatches: 1 });
    expect(findings).toMatchObject([{ kind: 'checksum-mismatch', id: changed.id }]);
  });

  it('repairs by moving orphans to quarantine and marking rows as lost, and nothing is left to repair', async () => {
    const lost = await linked({ withoutObject: true });
    const orphan = await addOrphan(61);
    expect(await examine({ repair: true })).toMatchObject({ rowsWithoutObject: 1, objectsWithoutRow: 1, repaired: 2 });
    expect(await world.storage.stat(orphan)).toBeNull();
    expect((await world.storage.stat(QUARANTINE_PREFIX + orphan))?.sizeBytes).toBe(6);
    expect(
      await world.count('SELECT count(*) FROM "ChatAttachment" WHERE "id" = $1 AND "lostAt" IS NOT NULL', [lost.id]),
    ).toBe(1);
    expect(await examine({ repair: true })).toMatchObject({
      rowsWithoutObject: 0,
      lost: 1,
      objectsWithoutRow: 0,
      repaired: 0,
      objects: 0,
    });
  });

  it('brings an object back from quarantine when a row wants it', async () => {
    const path = createStoragePath(world.userId);
    await addOrphan(61, path);
    await examine({ repair: true });
    const row = await linked({ content: 'orphan', withoutObject: true, storagePath: path });
    expect(await examine({ repair: true })).toMatchObject({ rowsWithoutObject: 1, repaired: 1 });
    expect((await world.storage.stat(row.storagePath))?.sizeBytes).toBe(6);
    expect(await examine()).toMatchObject({ rowsWithoutObject: 0, lost: 0, objectsWithoutRow: 0 });
  });

  it('takes the mark "lost" away when the object is there again', async () => {
    const lost = await linked({ withoutObject: true });
    await examine({ repair: true });
    await world.putObject(lost.storagePath, 'hello');
    expect(await examine({ repair: true })).toMatchObject({ repaired: 1 });
    expect(await world.count('SELECT count(*) FROM "ChatAttachment" WHERE "lostAt" IS NOT NULL')).toBe(0);
  });

  it('has a lost rendition made again', async () => {
    const { id } = await linked();
    await world.storage.delete(await world.addRendition(id));
    expect(await examine({ repair: true })).toMatchObject({
      rowsWithoutObject: 0,
      renditionsWithoutObject: 1,
      repaired: 1,
    });
    expect(await world.count('SELECT count(*) FROM "ChatAttachmentRendition"')).toBe(0);
    expect(await world.count('SELECT count(*) FROM "RenditionJob" WHERE "attachmentId" = $1', [id])).toBe(1);
  });

  it('does not touch what only JSON names, nor what is not ours, whatever their paths', async () => {
    const legacy = await addOrphan(61, 'chat/2021/фото 😀.png');
    const inPrefix = await addOrphan(61, createStoragePath(world.userId));
    const foreign = await addOrphan(61, 'backups/dump.sql');
    await world.addMessage({
      attachments: [
        { id: 'a', path: legacy },
        { id: 'b', path: inPrefix },
      ],
    });
    await linked();
    expect(await examine({ repair: true })).toMatchObject({
      objectsWithoutRow: 0,
      legacyOnly: 2,
      foreignObjects: 1,
      repaired: 0,
      objects: 3,
    });
    for (const path of [legacy, inPrefix, foreign]) expect(await world.storage.stat(path)).not.toBeNull();
  });

  it('looks again before it acts: a row written since the walk began saves its object', async () => {
    const path = await addOrphan(61);
    const storage = world.storage;
    const list = storage.list.bind(storage);
    storage.list = async (options) => {
      // The cursor's snapshot is taken by now.
      if ((await world.count('SELECT count(*) FROM "ChatAttachment"')) === 0)
        await linked({ storagePath: path, withoutObject: true });
      return list(options);
    };
    try {
      expect(await examine({ repair: true })).toMatchObject({ objectsWithoutRow: 0, repaired: 0 });
    } finally {
      storage.list = list;
    }
    expect(await world.storage.stat(path)).not.toBeNull();
  });

  it('looks again before it acts: a row whose deletion began meanwhile is no finding', async () => {
    const row = await linked({ withoutObject: true });
    const storage = world.storage;
    const list = storage.list.bind(storage);
    storage.list = async (options) => {
      await world.pool.query(`UPDATE "ChatAttachment" SET "status" = 'DELETING' WHERE "id" = $1`, [row.id]);
      return list(options);
    };
    try {
      expect(await examine({ repair: true })).toMatchObject({ rowsWithoutObject: 0, repaired: 0 });
    } finally {
      storage.list = list;
    }
  });

  it("finds rows that point into another user's folder, and deletions that are stuck", async () => {
    const stranger = await linked({ storagePath: createStoragePath(randomUUID()) });
    const stuck = await world.addAttachment({ status: 'DELETING' });
    await world.pool.query('UPDATE "ChatAttachment" SET "deleteAttempts" = 5 WHERE "id" = $1', [stuck.id]);
    expect(await examine()).toMatchObject({ foreignPrefix: 1, stuckDeleting: 1, rowsWithoutObject: 0 });
    expect(findings.find(({ kind }) => kind === 'foreign-prefix')?.id).toBe(stranger.id);
  });

  it('walks more than one page of rows and objects, in the order of their bytes', async () => {
    await Promise.all(Array.from({ length: 1200 }, (_, n) => world.putObject(`support-chat/u${n % 7}/${n}`, 'hello')));
    await world.pool.query(
      `INSERT INTO "ChatAttachment" ("id", "dialogId", "storagePath", "mimeType", "sizeBytes", "originalName", "createdByUserId")
       SELECT 'r' || n, $1, 'support-chat/u' || n % 7 || '/' || n, 'text/plain', 5, 'a', $2 FROM generate_series(1, 2500) n`,
      [world.dialogId, world.userId],
    );
    expect(await examine({ olderThanMinutes: 0 })).toMatchObject({
      rows: 2500,
      objects: 1200,
      rowsWithoutObject: 1301,
      objectsWithoutRow: 1,
    });
  });

  it('repairs under a lock only, and looks without one', async () => {
    const lease = await acquireLease(world.pool, { namespace: 'test', name: 'doctor', ttlSeconds: 30 });
    await expect(examine({ repair: true })).rejects.toThrow('locked');
    expect(await examine()).toMatchObject({ rows: 0 });
    await lease?.release();
  });

  it('as a command prints its report and ends with 0, or with 1 when strict', async () => {
    await linked({ withoutObject: true });
    const script = 'doctor-support-chat-attachments.ts';
    const report = {
      rows: 1,
      objects: 0,
      rowsWithoutObject: 1,
      objectsWithoutRow: 0,
      sizeMismatches: 0,
      checksumMismatches: 0,
      repaired: 0,
    };
    expect(await runScript(world, script)).toMatchObject({ code: 0, report });
    expect(await runScript(world, script, ['--strict'])).toMatchObject({ code: 1 });
    expect(await runScript(world, script, ['--strict', '--repair'])).toMatchObject({
      code: 0,
      report: { repaired: 1 },
    });
    expect(await runScript(world, script, ['--older-than-minutes', 'x'])).toMatchObject({ code: 2 });
  });
});
