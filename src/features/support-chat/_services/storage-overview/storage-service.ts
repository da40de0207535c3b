import type { Pool } from 'pg';
import type { Actor } from '#entities/account/_domain/actor.ts';
import {
  type Amount,
  AttachmentStatisticsRepository,
  type FailingDeletion,
  type FileTotals,
  type StagedTotals,
} from '#entities/support-chat/_repositories/attachment-statistics-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { type CleanupAttachments, type CleanupReport, DEFAULT_CLEANUP_BATCH } from '../cleanup/cleanup-attachments.ts';
import { findLastJobRuns, type JobRunView } from '../jobs/job-run.ts';
import { hasLegacyColumn } from '../legacy/legacy-column.ts';

const RUNS_PER_JOB = 5;

export interface StorageServiceParts {
  pool: Pool;
  storages: StorageRegistry;
  cleanup: Pick<CleanupAttachments, 'predict'>;
  settings: { staleAfterMinutes: number };
}

export interface StorageOverview extends FileTotals {
  renditions: Amount;
  staged: StagedTotals;
  deletions: { waiting: number; failing: FailingDeletion[] };
  jobs: JobRunView[];
  /** False after the contract step. */
  hasLegacyColumn: boolean;
  measuredAt: Date;
}

/** The storage page, for admins. */
export class StorageService {
  readonly #parts: StorageServiceParts;
  readonly #statistics: AttachmentStatisticsRepository;

  constructor(parts: StorageServiceParts) {
    this.#parts = parts;
    this.#statistics = new AttachmentStatisticsRepository(parts.pool);
  }

  /** @throws ChatError FORBIDDEN */
  async view(actor: Actor): Promise<StorageOverview> {
    requireOperator(actor);
    const { pool, storages, settings } = this.#parts;
    // One after the other: a page that a person opens must not take every connection of the pool.
    return {
      ...(await this.#statistics.sumFiles(storages.current.driver)),
      renditions: await this.#statistics.sumRenditions(),
      staged: await this.#statistics.sumStaged(settings.staleAfterMinutes),
      deletions: await this.#statistics.findDeletions(),
      jobs: await findLastJobRuns(pool, RUNS_PER_JOB),
      hasLegacyColumn: await hasLegacyColumn(pool),
      measuredAt: new Date(),
    };
  }

  /** What a cleanup would do now; changes nothing. @throws ChatError FORBIDDEN */
  async predictCleanup(actor: Actor): Promise<CleanupReport> {
    requireOperator(actor);
    const { cleanup, settings } = this.#parts;
    return cleanup.predict({
      olderThanMinutes: settings.staleAfterMinutes,
      batchSize: DEFAULT_CLEANUP_BATCH,
      dryRun: true,
    });
  }
}

function requireOperator(actor: Actor): void {
  if (actor.role !== 'ADMIN') throw new ChatError('FORBIDDEN', 'Only admins see the storage.');
}
