import type { FailingDeletion } from '#entities/support-chat/_repositories/attachment-statistics-repository.ts';
import type { StorageOverview, StorageService } from '../_services/storage-overview/storage-service.ts';
import { noInput } from './input.ts';
import type { FailingDeletionDto, StorageOverviewDto } from './storage-types.ts';
import { procedure, router } from './trpc.ts';

/** For /admin/support-chat/storage. The dry run is a mutation because a button asks for it, not a page that opens. */
export function storageRouter({ storage }: { storage: StorageService }) {
  return router({
    overview: procedure.input(noInput).query(async ({ ctx }) => presentOverview(await storage.view(ctx.actor))),
    predictCleanup: procedure.input(noInput).mutation(({ ctx }) => storage.predictCleanup(ctx.actor)),
  });
}

function presentOverview(overview: StorageOverview): StorageOverviewDto {
  const { byStatus, byKind, byDriver, byMonth, renditions, lost, jobs } = overview;
  const { files, bytes, oldestAt, stale } = overview.staged;
  const { waiting, failing } = overview.deletions;
  return {
    ...{ byStatus, byKind, byDriver, byMonth, renditions, lost, jobs },
    staged: { files, bytes, stale, oldestAt: oldestAt?.toISOString() ?? null },
    deletions: { waiting, failing: failing.map(presentDeletion) },
    hasLegacyColumn: overview.hasLegacyColumn,
    measuredAt: overview.measuredAt.toISOString(),
  };
}

function presentDeletion(deletion: FailingDeletion): FailingDeletionDto {
  const { attachmentId, dialogId, sizeBytes, attempts, nextTryAt } = deletion;
  return { attachmentId, dialogId, sizeBytes, attempts, nextTryAt: nextTryAt?.toISOString() ?? null };
}
