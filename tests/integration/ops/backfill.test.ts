import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { BackfillAttachments } from '#features/support-chat/_services/legacy/backfill-attachments.ts';
import type { BackfillReport, BackfillRequest } from '#features/support-chat/_services/legacy/backfill-report.ts';
import { copyId } from '#features/support-chat/_services/legacy/copy-id.ts';
import type { LegacyFinding } from '#features/support-chat/_services/legacy/legacy-entries.ts';
import { ObjectLookup } from '#features/support-chat/_services/legacy/object-lookup.ts';
import { VerifyBackfill } from '#features/support-chat/_services/legacy/verify-backfill.ts';
import { acquireLease } from '#shared/lease/lease.ts';
import { OpsWorld } from './ops-world.ts';

interface Row {
  id: string;
  dialogId: string;
  messageId: string;
  storagePath: string;
  status: string;
  sizeBytes: number;
  mimeType: string;
  originalName: string;
  createdByUserId: string;
  createdAt: Date;
  lastModified: Date;
  etag: string;
  position: number;
  lostAt: Date | null;
}

describe('the backfill of legacy attachments', () => {
  let world: OpsWorld;
  let reports: string;
  let findings: LegacyFinding[] = [];

  beforeAll(async () => {
    world = await OpsWorld.open();
    reports = await mkdtemp(join(world.dir, 'reports-'));
  });
  beforeEach(async () => {
    await world.clear();
    findings = [];
  });
  afterAll(async () => {
    await rm(reports, { recursive: true, force: true });
    await world.close();
  });

  const lock = { lockNamespace: 'test', lockTtlSeconds: 30 };

  async function withFindings<Result>(work: (file: FindingFile) => Promise<Result>): Promise<Result> {
    const file = new FindingFile(join(reports, `${randomUUID()}.jsonl`));
    try {
      return await work(file);
    } finally {
      await file.close();
      const text = file.path ? await readFile(file.path, 'utf8') : '';
      findings = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    }
  }

  async function backfill(change: Partial<BackfillRequest> = {}): Promise<BackfillReport> {
    return withFindings(async (file) => {
      const request = { dryRun: false, batchSize: 2, checksums: false, ...change };
      const result = await new BackfillAttachments(world.pool, world.storages, lock, file).run(request);
      if (result.skipped === 'locked') throw new Error('locked');
      return result;
    });
  }

  const verify = (checksums = false) =>
    withFindings((file) => new VerifyBackfill(world.pool, world.storages, file).run({ batchSize: 2, checksums }));

  async function addEntry(change: Record<string, unknown> = {}, content = 'hello') {
    const entry = {
      id: randomUUID(),
      name: 'a.png',
      path: `chat/${randomUUID()}.png`,
      type: 'image/png',
      sizeBytes: content.length,
      ...change,
    };
    if (typeof change.path !== 'string') await world.putObject(entry.path, content);
    return entry;
  }

  const rows = () =>
    world.pool.query<Row>('SELECT * FROM "ChatAttachment" ORDER BY "position", "id"').then((result) => result.rows);

  it('makes a linked row of every entry, with the legacy id, the author and the date of the message', async () => {
    const staff = randomUUID();
    await world.addUser(staff, 'STAFF');
    const createdAt = new Date('2021-03-04T05:06:07.890Z');
    const entries = [await addEntry({ name: 'Отчёт.png' }, 'one'), await addEntry({ type: 'text/plain' }, 'three')];
    const messageId = await world.addMessage({ createdAt, attachments: entries });
    await world.pool.query(
      `UPDATE "ChatMessage" SET "senderUserId" = NULL, "senderStaffId" = $1, "senderType" = 'STAFF'`,
      [staff],
    );
    await world.addMessage({ attachments: [] });
    await world.addMessage();

    expect(await backfill()).toMatchObject({
      dryRun: false,
      messages: 1,
      attachments: 2,
      created: 2,
      skipped: 0,
      invalid: 0,
      missingObjects: 0,
    });

    const made = await rows();
    expect(made).toHaveLength(2);
    for (const [index, row] of made.entries()) {
      expect(row).toMatchObject({
        id: entries[index]?.id,
        storagePath: entries[index]?.path,
        mimeType: entries[index]?.type,
        originalName: entries[index]?.name,
        sizeBytes: entries[index]?.sizeBytes,
        messageId,
        dialogId: world.dialogId,
        status: 'LINKED',
        position: index,
        createdByUserId: staff,
        createdAt,
        lostAt: null,
      });
      expect(row.etag).toMatch(/^[\x21\x23-\x7e]+$/);
      const object = await world.storage.stat(row.storagePath);
      expect(row.lastModified.getTime()).toBe(Math.floor(object?.lastModified.getTime() ?? 0));
    }
    expect(findings).toEqual([]);
    expect(await verify()).toMatchObject({
      attachments: 2,
      skipped: 2,
      missingRows: 0,
      missingObjects: 0,
      sizeMismatches: 0,
    });
  });

  it('does nothing the second time', async () => {
    for (let n = 0; n < 5; n++) await world.addMessage({ attachments: [await addEntry(), await addEntry()] });
    await backfill();
    const before = await rows();
    expect(await backfill()).toMatchObject({ messages: 5, attachments: 10, created: 0, skipped: 10 });
    expect(await rows()).toEqual(before);
  });

  it('goes on where runs of a few batches ended', async () => {
    for (let n = 0; n < 7; n++) await world.addMessage({ attachments: [await addEntry()] });
    expect(await backfill({ maxBatches: 1 })).toMatchObject({ created: 2 });
    expect(await backfill({ maxBatches: 2 })).toMatchObject({ created: 4, skipped: 2 });
    expect(await backfill({ maxBatches: 5 })).toMatchObject({ created: 1, skipped: 6, messages: 7 });
  });

  it('a dry run writes nothing and counts what the run then does', async () => {
    for (let n = 0; n < 5; n++) await world.addMessage({ attachments: [await addEntry(), { bad: true }] });
    const predicted = await backfill({ dryRun: true });
    expect(await rows()).toEqual([]);
    expect(await world.count('SELECT count(*) FROM "JobRun"')).toBe(0);
    const { durationMs: _, dryRun, ...counts } = await backfill();
    expect(dryRun).toBe(false);
    expect(predicted).toMatchObject(counts);
  });

  it('counts and lists what cannot be taken over, and takes over the rest', async () => {
    await world.addMessage({ attachments: { not: 'a list' } });
    await world.addMessage({
      attachments: [null, { id: 'x' }, await addEntry({ path: '../secret' }), await addEntry()],
    });
    expect(await backfill()).toMatchObject({ messages: 2, attachments: 5, created: 1, invalid: 4, skipped: 0 });
    expect(findings.filter(({ kind }) => kind === 'invalid')).toHaveLength(4);
  });

  it('keeps an entry whose object is gone as a lost file, and says so', async () => {
    const entry = await addEntry({ path: 'chat/gone.png' });
    await world.addMessage({ attachments: [entry] });
    expect(await backfill()).toMatchObject({ created: 1, missingObjects: 1 });
    expect(await rows()).toMatchObject([{ id: entry.id, status: 'LINKED', lostAt: expect.any(Date) }]);
    expect(findings).toMatchObject([{ kind: 'missing-object', attachmentId: entry.id }]);
    expect(await verify()).toMatchObject({ missingObjects: 1 });
  });

  it('believes the object about its size, not the JSON', async () => {
    const entry = await addEntry({ sizeBytes: 999 }, 'hello');
    await world.addMessage({ attachments: [entry] });
    await backfill();
    expect(await rows()).toMatchObject([{ sizeBytes: 5 }]);
    expect(findings).toMatchObject([{ kind: 'note', attachmentId: entry.id }]);
    expect(await verify()).toMatchObject({ sizeMismatches: 0 });
  });

  it('gives messages that share an id or an object a copy of their own, once', async () => {
    const shared = await addEntry();
    const otherId = { ...shared, id: randomUUID() };
    const messages = ['m1', 'm2', 'm3'];
    await world.addMessage({ id: 'm1', attachments: [shared] });
    await world.addMessage({ id: 'm2', attachments: [shared] });
    await world.addMessage({ id: 'm3', attachments: [otherId] });
    expect(await backfill()).toMatchObject({ attachments: 3, created: 3, duplicates: 2 });
    const made = await rows();
    expect(made.map(({ messageId }) => messageId).sort()).toEqual(messages);
    expect(made.find(({ messageId }) => messageId === 'm1')).toMatchObject({ id: shared.id, storagePath: shared.path });
    expect(made.find(({ messageId }) => messageId === 'm2')?.id).toBe(copyId({ id: shared.id, messageId: 'm2' }));
    expect(made.find(({ messageId }) => messageId === 'm3')?.id).toBe(otherId.id);
    expect(new Set(made.map(({ storagePath }) => storagePath)).size).toBe(3);
    for (const { storagePath } of made) expect((await world.storage.stat(storagePath))?.sizeBytes).toBe(5);
    expect(findings.filter(({ kind }) => kind === 'duplicate')).toHaveLength(2);
    expect(await backfill()).toMatchObject({ created: 0, skipped: 3 });
    expect(await verify()).toMatchObject({ missingRows: 0, missingObjects: 0 });
  });

  it('gives the second of two files of one message that share an id an id of its own, once', async () => {
    const first = await addEntry({}, 'one');
    const second = { ...(await addEntry({}, 'three')), id: first.id };
    await world.addMessage({ id: 'm1', attachments: [first, second, second] });
    const gone = await addEntry({}, 'deleted');
    await world.addMessage({ id: 'm2', deleted: true, attachments: [{ ...gone, id: first.id }] });
    expect(await backfill()).toMatchObject({ attachments: 4, created: 2, duplicates: 2 });
    expect(findings.map(({ kind }) => kind)).toEqual(['new-id', 'duplicate']);
    const made = await rows();
    expect(made).toMatchObject([
      { id: first.id, storagePath: first.path, position: 0 },
      { storagePath: second.path, position: 1 },
    ]);
    expect(findings[0]?.detail).toContain(made[1]?.id);
    expect(await backfill()).toMatchObject({ created: 0 });
    expect(await verify()).toMatchObject({ missingRows: 0, missingObjects: 0 });
    await world.pool.query(`DELETE FROM "ChatAttachment" WHERE "id" = $1`, [made[1]?.id]);
    expect(await verify()).toMatchObject({ missingRows: 1 });
  });

  it('lists an object that no row can describe as invalid, in the backfill and in --verify', async () => {
    const large = await addEntry();
    const claims = await addEntry({ sizeBytes: 3e9 });
    const lost = await addEntry({ sizeBytes: 3e9, path: 'chat/lost-and-large' });
    await truncate(join(world.dir, 'storage', large.path), 3_000_000_000);
    await world.addMessage({ attachments: [large, claims, lost] });
    expect(await backfill()).toMatchObject({ created: 2, invalid: 1, missingObjects: 1 });
    expect(await rows()).toMatchObject([{ sizeBytes: 5 }, { sizeBytes: 2_147_483_647, lostAt: expect.any(Date) }]);
    expect(await verify()).toMatchObject({ missingRows: 0, invalid: 1, missingObjects: 1 });
  });

  it('leaves rows alone that sending has written beside the JSON', async () => {
    const messageId = await world.addMessage();
    const row = await world.addAttachment({ status: 'LINKED', messageId });
    await world.pool.query('UPDATE "ChatMessage" SET "attachments" = $1', [
      JSON.stringify([{ id: row.id, name: 'a.txt', path: row.storagePath, type: 'text/plain', sizeBytes: 5 }]),
    ]);
    const before = await rows();
    expect(await backfill()).toMatchObject({ created: 0, skipped: 1 });
    expect(await rows()).toEqual(before);
  });

  it('links a row that an older program staged and then sent by JSON alone', async () => {
    const row = await world.addAttachment({ minutesOld: 30 });
    const entry = { id: row.id, name: 'a.txt', path: row.storagePath, type: 'text/plain', sizeBytes: 5 };
    const messageId = await world.addMessage({ attachments: [entry] });
    expect(await backfill()).toMatchObject({ created: 1 });
    expect(await rows()).toMatchObject([{ id: row.id, status: 'LINKED', messageId }]);
  });

  it('hands the files of deleted messages to the cleanup, but none that a live message needs', async () => {
    const shared = await addEntry();
    const alone = await addEntry();
    const gone = await addEntry({ path: 'chat/gone' });
    await world.addMessage({ id: 'a-deleted', deleted: true, attachments: [{ ...shared, id: 'other' }, alone, gone] });
    await world.addMessage({ id: 'b-live', attachments: [shared] });
    expect(await backfill()).toMatchObject({ messages: 2, attachments: 4, created: 2, skipped: 2, missingObjects: 0 });
    const statuses = new Map((await rows()).map(({ id, status }) => [id, status]));
    expect(statuses).toEqual(
      new Map([
        [shared.id, 'LINKED'],
        [alone.id, 'DELETING'],
      ]),
    );
    expect(await verify()).toMatchObject({ attachments: 1, missingRows: 0 });
  });

  it('--verify finds a missing row, a missing object, another size and other bytes', async () => {
    const entries = await Promise.all([1, 2, 3, 4, 5].map(() => addEntry()));
    await world.addMessage({ attachments: entries });
    expect(await verify()).toMatchObject({ missingRows: 5 });
    await backfill({ checksums: true });
    expect(await verify(true)).toMatchObject({
      missingRows: 0,
      missingObjects: 0,
      sizeMismatches: 0,
      checksumMismatches: 0,
    });
    const [noRow, noObject, otherSize, otherBytes] = entries;
    await world.pool.query('DELETE FROM "ChatAttachment" WHERE "id" = $1', [noRow?.id]);
    await world.storage.delete(noObject?.path ?? '');
    await world.putObject(otherSize?.path ?? '', 'longer than before');
    await world.putObject(otherBytes?.path ?? '', 'HELLO');
    expect(await verify(true)).toMatchObject({
      missingRows: 1,
      missingObjects: 1,
      sizeMismatches: 1,
      checksumMismatches: 1,
      skipped: 2,
    });
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(
      new Set(['missing-row', 'missing-object', 'size-mismatch', 'checksum-mismatch']),
    );
  });

  it('--verify with checksums writes down the one it computed for a row that had none', async () => {
    await world.addMessage({ attachments: [await addEntry({}, 'hello')] });
    await backfill();
    await verify(true);
    expect(await rows()).toMatchObject([{ etag: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' }]);
  });

  it('does nothing while another run holds the lock', async () => {
    const lease = await acquireLease(world.pool, { namespace: 'test', name: 'backfill', ttlSeconds: 30 });
    await expect(backfill()).rejects.toThrow('locked');
    await lease?.release();
  });

  it('has nothing to do once the legacy column was dropped', async () => {
    await world.pool.query('ALTER TABLE "ChatMessage" RENAME COLUMN "attachments" TO "gone"');
    try {
      expect(await backfill()).toMatchObject({ messages: 0, created: 0 });
      expect(await verify()).toMatchObject({ messages: 0, missingRows: 0 });
    } finally {
      await world.pool.query('ALTER TABLE "ChatMessage" RENAME COLUMN "gone" TO "attachments"');
    }
  });

  it('asks a remote storage for its listing instead of every object, and for what the listing does not have', async () => {
    for (const path of ['b/1', 'a/1', 'a/2']) await world.putObject(path, path);
    const storage = new Proxy(world.storage, {
      get: (target, key) => (key === 'driver' ? 's3' : Reflect.get(target, key).bind(target)),
    });
    const client = await world.pool.connect();
    try {
      const lookup = new ObjectLookup(storage, client, 1);
      expect([...(await lookup.find(['b/1'])).keys()]).toEqual(['b/1']);
      expect([...(await lookup.find(['a/1', 'a/2', 'no'])).keys()].sort()).toEqual(['a/1', 'a/2']);
      await world.putObject('z/later', 'x');
      const found = await lookup.find(['z/later', 'a/1']);
      expect(found.get('z/later')?.sizeBytes).toBe(1);
      expect(found.get('a/1')?.sizeBytes).toBe(3);
    } finally {
      client.release();
    }
  });
});
