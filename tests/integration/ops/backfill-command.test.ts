import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsWorld } from './ops-world.ts';
import { runScript, startScript } from './run-script.ts';

const SCRIPT = 'backfill-support-attachments.ts';

describe('the backfill command', () => {
  let world: OpsWorld;

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  /** Messages `m00000…` with one entry each, all of objects that exist. */
  async function addMessages(count: number): Promise<void> {
    await Promise.all(
      ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map((n) => world.putObject(`chat/${n}`, 'hello')),
    );
    await world.pool.query(
      `INSERT INTO "ChatMessage" ("id", "dialogId", "senderType", "senderUserId", "attachments")
       SELECT 'm' || lpad(n::text, 5, '0'), $1, 'USER', $2, jsonb_build_array(jsonb_build_object(
         'id', 'a' || n, 'name', 'a.txt', 'path', 'chat/' || CASE WHEN n < 10 THEN n::text ELSE 'x' || n END, 'type', 'text/plain', 'sizeBytes', 5))
       FROM generate_series(0, $3 - 1) n`,
      [world.dialogId, world.userId, count],
    );
  }

  const made = () => world.count('SELECT count(*) FROM "ChatAttachment"');

  it('reports, then finds nothing more to do, and --verify ends with 1 while an object is missing', async () => {
    await addMessages(11);
    const dry = await runScript(world, SCRIPT, ['--dry-run']);
    expect(dry, dry.stderr).toMatchObject({ code: 0, report: { dryRun: true, created: 11 } });
    expect(await made()).toBe(0);
    const first = await runScript(world, SCRIPT);
    expect(first).toMatchObject({
      code: 0,
      report: { dryRun: false, messages: 11, attachments: 11, created: 11, skipped: 0, invalid: 0, missingObjects: 1 },
    });
    const [line] = (await readFile(String(first.report.reportFile), 'utf8')).split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ kind: 'missing-object', attachmentId: 'a10' });
    expect(await runScript(world, SCRIPT)).toMatchObject({ code: 0, report: { created: 0, skipped: 11 } });

    expect(await runScript(world, SCRIPT, ['--verify'])).toMatchObject({ code: 1, report: { missingObjects: 1 } });
    await world.putObject('chat/x10', 'hello');
    expect(await runScript(world, SCRIPT, ['--verify', '--checksums'])).toMatchObject({
      code: 0,
      report: { missingRows: 0, missingObjects: 0, sizeMismatches: 0, checksumMismatches: 0 },
    });
    await world.pool.query(`DELETE FROM "ChatAttachment" WHERE "id" = 'a3'`);
    expect(await runScript(world, SCRIPT, ['--verify'])).toMatchObject({ code: 1, report: { missingRows: 1 } });
  });

  it('killed in the middle, is finished by the next run after the TTL', async () => {
    const total = 4000;
    await addMessages(total);
    const env = { SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_TTL_SECONDS: '300' };
    const first = startScript(world, SCRIPT, ['--batch-size', '10'], env);
    while ((await made()) < 100) await sleep(5);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const before = await made();
    expect(before).toBeLessThan(total);
    expect((await runScript(world, SCRIPT, [], env)).report).toEqual({ skipped: 'locked' });
    // The TTL passes: moved, not waited for, since a busy machine needs seconds to start a command.
    await world.pool.query(`UPDATE "Lease" SET "expiresAt" = "expiresAt" - interval '1 hour'`);
    expect(await runScript(world, SCRIPT, [], env)).toMatchObject({
      code: 0,
      report: { messages: total, attachments: total, created: total - before, skipped: before },
    });
    expect(await made()).toBe(total);
  });

  it('--verify ends with 0 beside losses only when each is accepted by name', async () => {
    const lost = { id: 'lost', path: 'chat/lost' };
    await world.addMessage({ id: 'm1', attachments: [lost, 'nonsense'] });
    await world.addMessage({ id: 'm2', attachments: { no: 'list' } });
    await runScript(world, SCRIPT);
    const first = await runScript(world, SCRIPT, ['--verify']);
    expect(first).toMatchObject({ code: 1, report: { missingObjects: 1, invalid: 2, acceptedMissing: 0 } });
    const list = String(first.report.reportFile);
    const second = await runScript(world, SCRIPT, ['--verify', '--accept-missing', list]);
    expect(second).toMatchObject({ code: 0, report: { missingObjects: 1, acceptedMissing: 1, acceptedInvalid: 2 } });

    await world.addMessage({ id: 'm3', attachments: [{ ...lost, id: 'another' }] });
    await runScript(world, SCRIPT);
    expect(await runScript(world, SCRIPT, ['--verify', '--accept-missing', list])).toMatchObject({
      code: 1,
      report: { missingObjects: 2, acceptedMissing: 1 },
    });
    const noList = await runScript(world, SCRIPT, ['--verify', '--accept-missing', join(world.dir, 'no-such-list')]);
    expect(noList.code).toBe(2);
    expect(noList.stderr).toContain('no-such-list');
  });

  it('takes --dry-run with --verify, which changes nothing anyway', async () => {
    await addMessages(3);
    expect(await runScript(world, SCRIPT, ['--verify', '--dry-run'])).toMatchObject({
      code: 1,
      report: { dryRun: true, missingRows: 3 },
    });
  });

  it('refuses flags that contradict each other', async () => {
    expect(await runScript(world, SCRIPT, ['--verify', '--max-batches', '1'])).toMatchObject({ code: 2 });
    expect(await runScript(world, SCRIPT, ['--verify', '--checksums', '--dry-run'])).toMatchObject({ code: 2 });
  });
});
