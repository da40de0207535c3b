import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { AcceptedLosses } from '#features/support-chat/_services/legacy/accepted-losses.ts';
import { BackfillAttachments } from '#features/support-chat/_services/legacy/backfill-attachments.ts';
import { DropLegacy, type DropReport, type DropRequest } from '#features/support-chat/_services/legacy/drop-legacy.ts';
import { hasLegacyColumn, restoreLegacyColumn } from '#features/support-chat/_services/legacy/legacy-column.ts';
import { VerifyBackfill } from '#features/support-chat/_services/legacy/verify-backfill.ts';
import { WriteLegacy } from '#features/support-chat/_services/legacy/write-legacy.ts';
import { minutesAgo, OpsWorld } from './ops-world.ts';
import { runScript } from './run-script.ts';

const DAY = 1440;

describe('dropping the legacy column', () => {
  let world: OpsWorld;

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(async () => {
    await restoreLegacyColumn(world.pool);
    await world.clear();
  });
  afterAll(() => world.close());

  const lock = { lockNamespace: 'test', lockTtlSeconds: 30 };
  const file = () => new FindingFile(join(world.dir, `${randomUUID()}.jsonl`));

  async function drop(change: Partial<DropRequest> = {}): Promise<DropReport> {
    const result = await new DropLegacy(world.pool, world.storages, lock, file()).run({
      gates: { readMode: 'table', tableWrite: true, legacyWrite: false },
      quietDays: 7,
      acceptInvalid: false,
      acceptMissingObjects: false,
      dryRun: false,
      ...change,
    });
    if ('skipped' in result) throw new Error('locked');
    return result;
  }

  async function backfill(): Promise<void> {
    const request = { dryRun: false, batchSize: 100, checksums: false };
    await new BackfillAttachments(world.pool, world.storages, lock, file()).run(request);
  }

  async function addOldMessage(
    change: { attachments?: unknown; daysOld?: number; deleted?: boolean } = {},
  ): Promise<string> {
    const path = `chat/${randomUUID()}`;
    await world.putObject(path, 'hello');
    const entry = { id: randomUUID(), name: 'a.txt', path, type: 'text/plain', sizeBytes: 5 };
    return world.addMessage({ attachments: [entry], createdAt: minutesAgo((change.daysOld ?? 30) * DAY), ...change });
  }

  it('happens once everything is in the table', async () => {
    await addOldMessage();
    await backfill();
    expect(await drop({ dryRun: true })).toMatchObject({ dropped: false, refusals: [] });
    expect(await hasLegacyColumn(world.pool)).toBe(true);
    expect(await drop()).toMatchObject({ dropped: true, refusals: [], verify: { missingRows: 0 } });
    expect(await hasLegacyColumn(world.pool)).toBe(false);
    expect(await drop()).toMatchObject({ dropped: false, alreadyDropped: true, refusals: [], verify: null });
  });

  it.each([
    ['the JSON is read', { readMode: 'table-then-legacy', tableWrite: true, legacyWrite: false }, /READ_MODE/],
    ['the JSON is written', { readMode: 'table', tableWrite: true, legacyWrite: true }, /LEGACY_WRITE/],
    ['the JSON is the only record', { readMode: 'legacy', tableWrite: false, legacyWrite: true }, /TABLE_WRITE/],
  ] as const)('is refused while %s', async (_, gates, reason) => {
    const { dropped, refusals } = await drop({ gates });
    expect(dropped).toBe(false);
    expect(refusals.join('\n')).toMatch(reason);
    expect(await hasLegacyColumn(world.pool)).toBe(true);
  });

  it('is refused while a message with JSON is younger than the quiet days', async () => {
    await addOldMessage({ daysOld: 6 });
    await backfill();
    expect(await drop()).toMatchObject({ dropped: false, refusals: [expect.stringContaining('7 days')] });
    expect(await drop({ quietDays: 5 })).toMatchObject({ dropped: true });
  });

  it('is refused while an entry has no row, cannot become one, has no object, or waits to be freed', async () => {
    await addOldMessage();
    expect(await drop()).toMatchObject({ dropped: false, refusals: [expect.stringContaining('have no row')] });
    await backfill();
    await addOldMessage({ attachments: ['nonsense'] });
    expect(await drop()).toMatchObject({ dropped: false, refusals: [expect.stringContaining('cannot become rows')] });
    await addOldMessage({ attachments: [{ id: 'lost', path: 'chat/lost' }] });
    await backfill();
    expect(await drop({ acceptInvalid: true })).toMatchObject({
      dropped: false,
      refusals: [expect.stringContaining('have no object')],
    });
    await addOldMessage({ deleted: true });
    const accepted = { acceptInvalid: true, acceptMissingObjects: true };
    expect(await drop(accepted)).toMatchObject({
      dropped: false,
      refusals: [expect.stringContaining('deleted messages')],
    });
    await backfill();
    expect(await drop(accepted)).toMatchObject({ dropped: true, refusals: [] });
  });

  it('goes past losses that are accepted by name, and no others', async () => {
    await addOldMessage({ attachments: [{ id: 'lost', path: 'chat/lost' }] });
    await backfill();
    const list = file();
    await new VerifyBackfill(world.pool, world.storages, list).run({ batchSize: 10, checksums: false });
    await list.close();
    const accepted = AcceptedLosses.parse(await readFile(list.path ?? '', 'utf8'));
    await addOldMessage({ attachments: [{ id: 'also lost', path: 'chat/also-lost' }] });
    await backfill();
    expect(await drop({ accepted })).toMatchObject({ refusals: [expect.stringMatching(/^1 files have no object/)] });
    await world.pool.query(`DELETE FROM "ChatAttachment" WHERE "id" = 'also lost'`);
    await world.pool.query(`DELETE FROM "ChatMessage" WHERE "attachments"->0->>'id' = 'also lost'`);
    expect(await drop({ accepted })).toMatchObject({ dropped: true });
  });

  it('leaves statements that name the column working: it is null for them', async () => {
    await addOldMessage();
    await backfill();
    const client = await world.pool.connect();
    try {
      const statement = { name: 'reads-json', text: 'SELECT m."id", m."attachments" FROM "ChatMessage" m' };
      expect((await client.query(statement)).rows).toMatchObject([{ attachments: [expect.anything()] }]);
      await drop();
      expect((await client.query(statement)).rows).toMatchObject([{ attachments: null }]);
    } finally {
      client.release();
    }
  });

  it('does not make the chat wait for it: it steps back while the table is busy', async () => {
    const busy = await world.pool.connect();
    await busy.query('BEGIN');
    await busy.query('SELECT 1 FROM "ChatMessage"');
    const dropping = drop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    for (let n = 0; n < 5; n++) await world.pool.query('SELECT count(*) FROM "ChatMessage"');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await busy.query('COMMIT');
    busy.release();
    expect(await dropping).toMatchObject({ dropped: true });
  });

  it('has a way back: the column again, filled from the rows', async () => {
    const messageId = await addOldMessage();
    await backfill();
    const before = await world.pool.query('SELECT "attachments" FROM "ChatMessage" WHERE "id" = $1', [messageId]);
    await drop();
    await restoreLegacyColumn(world.pool);
    const request = { batchSize: 1 };
    expect(await new WriteLegacy(world.pool, lock).run(request)).toMatchObject({ messages: 1, written: 1 });
    const after = await world.pool.query('SELECT "attachments" FROM "ChatMessage" WHERE "id" = $1', [messageId]);
    expect(after.rows).toEqual(before.rows);
    expect(await new WriteLegacy(world.pool, lock).run(request)).toMatchObject({ messages: 1, written: 0 });
  });

  it('as a command says why not and ends with 1, and with 0 when it is done', async () => {
    await addOldMessage();
    await backfill();
    const script = 'db-drop-legacy-attachments.ts';
    const refused = await runScript(world, script);
    expect(refused).toMatchObject({ code: 1, report: { dropped: false } });
    expect(refused.stderr).toContain('SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE');
    const env = { SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: 'false' };
    expect(await runScript(world, script, [], env)).toMatchObject({ code: 0, report: { dropped: true } });
    const again = await runScript(world, script, [], env);
    expect(again).toMatchObject({ code: 0, report: { dropped: false, alreadyDropped: true } });
    expect(again.stderr).toContain('gone already');
    expect(await runScript(world, script, ['--restore'])).toMatchObject({ code: 0, report: { restored: true } });
    const filled = await runScript(world, 'backfill-support-attachments.ts', ['--to-legacy']);
    expect(filled).toMatchObject({ code: 0, report: { written: 1 } });
  });
});
