import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { StorageService } from '#features/support-chat/_services/storage-overview/storage-service.ts';
import { OpsWorld } from './ops-world.ts';

const admin: Actor = { userId: 'x', name: 'A', email: 'a@demo.test', role: 'ADMIN', canManageSupportChats: false };

describe('the storage page', () => {
  let world: OpsWorld;

  beforeAll(async () => {
    world = await OpsWorld.open();
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  const settings = { staleAfterMinutes: 1440 };
  const cleanup = () =>
    new CleanupAttachments(world.pool, world.storages, { lockNamespace: 'test', lockTtlSeconds: 30 }, world.log);
  const service = () =>
    new StorageService({ pool: world.pool, storages: world.storages, cleanup: cleanup(), settings });

  it('counts files and bytes, staged, lost and failing ones, and shows the last runs', async () => {
    const messageId = await world.addMessage();
    const linked = await world.addAttachment({ status: 'LINKED', messageId, content: 'twelve bytes' });
    await world.addRendition(linked.id, 'small');
    await world.addAttachment({ minutesOld: 10 });
    await world.addAttachment({ minutesOld: 3000, renewedMinutesAgo: 5 });
    await world.addAttachment({ minutesOld: 3000 });
    const failing = await world.addAttachment({ status: 'DELETING' });
    await world.pool.query(
      `UPDATE "ChatAttachment" SET "deleteAttempts" = 3, "deleteAfter" = now() + interval '1 hour' WHERE "id" = $1`,
      [failing.id],
    );
    await world.pool.query('UPDATE "ChatAttachment" SET "lostAt" = now() WHERE "id" = $1', [linked.id]);
    await cleanup().run({ olderThanMinutes: 1440, batchSize: 10, dryRun: false });

    const overview = await service().view(admin);
    expect(overview.byStatus).toEqual(
      expect.arrayContaining([
        { status: 'UPLOADED', files: 2, bytes: 10 },
        { status: 'LINKED', files: 1, bytes: 12 },
        { status: 'DELETING', files: 1, bytes: 5 },
      ]),
    );
    expect(overview).toMatchObject({
      byKind: [{ kind: 'text', files: 3, bytes: 22 }],
      byDriver: [{ driver: 'local', files: 4, bytes: 27 }],
      renditions: { files: 1, bytes: 5 },
      byMonth: [{ month: new Date().toISOString().slice(0, 7), files: 1, bytes: 12 }],
      staged: { files: 2, bytes: 10, stale: 0, oldestAt: expect.any(Date) },
      deletions: { waiting: 1, failing: [{ attachmentId: failing.id, attempts: 3, nextTryAt: expect.any(Date) }] },
      lost: 1,
      jobs: [{ job: 'cleanup', outcome: 'done', report: expect.objectContaining({ deleted: 1 }) }],
      hasLegacyColumn: true,
    });
    expect(JSON.stringify(overview)).not.toContain('support-chat/');
  });

  it('predicts a cleanup and changes nothing', async () => {
    const { id } = await world.addAttachment({ minutesOld: 3000 });
    const report = await service().predictCleanup(admin);
    expect(report).toMatchObject({ dryRun: true, candidates: 1 });
    expect(await world.statusOf(id)).toBe('UPLOADED');
  });

  it.each(['USER', 'STAFF'] as const)('is not for %s', async (role) => {
    const actor = { ...admin, role, canManageSupportChats: true };
    await expect(service().view(actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(service().predictCleanup(actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
