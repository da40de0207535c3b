import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acquireLease } from '#shared/lease/lease.ts';
import { OpsWorld } from './ops-world.ts';
import { runScript, startScript } from './run-script.ts';

const SCRIPT = 'cleanup-support-chat-attachments.ts';

describe('the cleanup command', () => {
  let world: OpsWorld;

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  it('prints one line of JSON, the report, and ends with 0', async () => {
    await world.addAttachment({ minutesOld: 2000 });
    const dry = await runScript(world, SCRIPT, ['--dry-run']);
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.report).toMatchObject({ dryRun: true, candidates: 1, deleted: 0, failed: 0 });
    const { code, stdout, report } = await runScript(world, SCRIPT);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(report).toMatchObject({ dryRun: false, candidates: 1, deleted: 1, failed: 0, bytesFreed: 5 });
    expect(report.durationMs).toEqual(expect.any(Number));
  });

  it('refuses an age below an hour without --force, from flag and setting alike', async () => {
    const { id } = await world.addAttachment({ minutesOld: 30 });
    expect(await runScript(world, SCRIPT, ['--older-than-minutes', '59'])).toMatchObject({ code: 2 });
    const setting = { SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES: '10' };
    expect(await runScript(world, SCRIPT, [], setting)).toMatchObject({ code: 2 });
    expect(await world.statusOf(id)).toBe('UPLOADED');
    expect(await runScript(world, SCRIPT, ['--force'], setting)).toMatchObject({ code: 0, report: { deleted: 1 } });
  });

  it('ends with 2 on an unknown flag and on a bad setting, and with 0 on --help', async () => {
    expect(await runScript(world, SCRIPT, ['--everything'])).toMatchObject({ code: 2 });
    expect(await runScript(world, SCRIPT, [], { STORAGE_DRIVER: 'ftp' })).toMatchObject({ code: 2 });
    const help = await runScript(world, SCRIPT, ['--help']);
    expect(help.code).toBe(0);
    for (const flag of ['--dry-run', '--older-than-minutes', '--batch-size', '--force'])
      expect(help.stdout).toContain(flag);
  });

  it('says that another run holds the lock, and ends with 0', async () => {
    const lease = await acquireLease(world.pool, { namespace: 'support-chat', name: 'cleanup', ttlSeconds: 60 });
    expect(await runScript(world, SCRIPT)).toMatchObject({ code: 0, report: { skipped: 'locked' } });
    await lease?.release();
  });

  it('killed in the middle, is succeeded by the next run after the TTL with nothing lost', async () => {
    const total = 1500;
    for (let n = 0; n < total; n += 100) {
      await Promise.all(Array.from({ length: 100 }, () => world.addAttachment({ minutesOld: 2000 + n })));
    }
    const messageId = await world.addMessage();
    const linked = await world.addAttachment({ minutesOld: 9000, status: 'LINKED', messageId });
    const env = { SUPPORT_CHAT_ATTACHMENT_CLEANUP_LOCK_TTL_SECONDS: '300' };
    const left = () => world.count(`SELECT count(*) FROM "ChatAttachment" WHERE "status" <> 'LINKED'`);

    const first = startScript(world, SCRIPT, ['--batch-size', '5'], env);
    while ((await left()) > total - 50) await sleep(5);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const remaining = await left();
    expect(remaining).toBeGreaterThan(0);

    expect((await runScript(world, SCRIPT, [], env)).report).toEqual({ skipped: 'locked' });
    // The TTL passes: moved, not waited for, since a busy machine needs seconds to start a command.
    await world.pool.query(`UPDATE "Lease" SET "expiresAt" = "expiresAt" - interval '1 hour'`);
    const second = await runScript(world, SCRIPT, [], env);
    expect(second).toMatchObject({ code: 0, report: { deleted: remaining, failed: 0 } });
    expect(await left()).toBe(0);
    expect((await world.storage.list({ prefix: '' })).objects.map(({ path }) => path)).toEqual([linked.storagePath]);
    const { rows } = await world.pool.query('SELECT "outcome" FROM "JobRun" ORDER BY "startedAt"');
    expect(rows).toEqual([{ outcome: 'interrupted' }, { outcome: 'done' }]);
  });

  it('asked to stop, finishes the batch in hand, reports it and gives the lock back', async () => {
    for (let n = 0; n < 10; n++) {
      await Promise.all(Array.from({ length: 100 }, () => world.addAttachment({ minutesOld: 2000 + n })));
    }
    const { child, done } = startScript(world, SCRIPT, ['--batch-size', '5']);
    while ((await world.count('SELECT count(*) FROM "ChatAttachment"')) > 950) await sleep(5);
    child.kill('SIGTERM');
    const { code, report } = await done;
    expect(code).toBe(0);
    const left = await world.count('SELECT count(*) FROM "ChatAttachment"');
    expect(left).toBeGreaterThan(0);
    expect(report).toMatchObject({ deleted: 1000 - left, failed: 0 });
    expect(await runScript(world, SCRIPT)).toMatchObject({ code: 0, report: { deleted: left } });
  });
});
