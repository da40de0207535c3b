import type { Pool } from 'pg';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { StorageOverviewDto } from '../../_api/dto/storage-overview-dto.ts';
import { StorageOverviewRepository } from '../../_repositories/storage-overview-repository.ts';
import { type CleanupAttachments, type CleanupReport, DEFAULT_CLEANUP_BATCH } from '../cleanup/cleanup-attachments.ts';
import { findLastJobRuns } from '../jobs/job-run.ts';
import { hasLegacyColumn } from '../legacy/legacy-column.ts';

const RUNS_PER_JOB = 5;

/** The storage page, for admins. */
export class ViewStorage {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #staleAfterMinutes: number;
  readonly #repository: StorageOverviewRepository;

  constructor(pool: Pool, storages: StorageRegistry, { staleAfterMinutes }: { staleAfterMinutes: number }) {
    this.#pool = pool;
    this.#storages = storages;
    this.#staleAfterMinutes = staleAfterMinutes;
    this.#repository = new StorageOverviewRepository(pool);
  }

  /** @throws ChatError FORBIDDEN */
  async execute(actor: Actor): Promise<StorageOverviewDto> {
    requireOperator(actor);
    const figures = this.#repository;
    // One after the other: a page that a person opens must not take every connection of the pool.
    return {
      ...(await figures.sumFiles(this.#storages.current.driver)),
      renditions: await figures.sumRenditions(),
      staged: await figures.sumStaged(this.#staleAfterMinutes),
      deletions: await figures.findDeletions(),
      jobs: await findLastJobRuns(this.#pool, RUNS_PER_JOB),
      hasLegacyColumn: await hasLegacyColumn(this.#pool),
      measuredAt: new Date().toISOString(),
    };
  }
}

/** The page's button: what would a cleanup do now? */
export class PredictCleanup {
  readonly #cleanup: CleanupAttachments;
  readonly #staleAfterMinutes: number;

  constructor(cleanup: CleanupAttachments, { staleAfterMinutes }: { staleAfterMinutes: number }) {
    this.#cleanup = cleanup;
    this.#staleAfterMinutes = staleAfterMinutes;
  }

  /** Changes nothing. @throws ChatError FORBIDDEN */
  async execute(actor: Actor): Promise<CleanupReport> {
    requireOperator(actor);
    const request = { olderThanMinutes: this.#staleAfterMinutes, batchSize: DEFAULT_CLEANUP_BATCH, dryRun: true };
    return this.#cleanup.predict(request);
  }
}

function requireOperator(actor: Actor): void {
  if (actor.role !== 'ADMIN') throw new ChatError('FORBIDDEN', 'Only admins see the storage.');
}
