import type { Pool } from 'pg';
import { OBJECT_NAMES_INDEX } from '#entities/support-chat/_repositories/object-names.ts';
import { type Lease, withLease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import {
  type CleanupPage,
  CleanupRepository,
  type Cursor,
  type DoomedAttachment,
  FIRST,
} from '../../_repositories/cleanup-repository.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import { freeExpiredUploads } from '../resumable/free-expired-uploads.ts';
import { freeObjects, storedBytesOf, storedPathsOf } from './free-objects.ts';

export interface CleanupSettings {
  lockNamespace: string;
  lockTtlSeconds: number;
}

export interface CleanupRequest {
  olderThanMinutes: number;
  batchSize: number;
  /** Walks the same rows, changes nothing. Needs no lock, so it also answers while a run is under way. */
  dryRun: boolean;
  /** Ends after the batch in hand. */
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface CleanupReport {
  dryRun: boolean;
  candidates: number;
  deleted: number;
  failed: number;
  /** In a dry run: what a run would free. */
  bytesFreed: number;
  durationMs: number;
  /** Kept although nothing of its own needs it: a live message of some conversation names it in its JSON, or may. */
  heldBack: number;
  /** Temporary files and unfinished multipart uploads; a dry run cannot count them. */
  unfinishedRemoved: number;
  unfinishedBytesFreed: number;
}

export type CleanupResult = CleanupReport | { skipped: 'locked' };

export const DEFAULT_CLEANUP_BATCH = 500;

/** A customer may compose a message for a while; anything below this needs `--force`. */
export const MIN_STALE_MINUTES = 60;

/** So many failures in a row: the storage is down, not an object stubborn. The rest waits for the next run. */
const MAX_FAILURES_IN_A_ROW = 1_000;

/**
 * Frees what no message carries: stale staged attachments, and attachments of deleted messages and dialogs.
 * Claim, delete the objects, delete the rows; each step may be repeated by a later run after a kill. Correct with two
 * runners at once; the lease only saves work.
 */
export class CleanupAttachments {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #settings: CleanupSettings;
  readonly #log: Log;
  readonly #repository: CleanupRepository;

  constructor(pool: Pool, storages: StorageRegistry, settings: CleanupSettings, log: Log) {
    this.#pool = pool;
    this.#storages = storages;
    this.#settings = settings;
    this.#log = log;
    this.#repository = new CleanupRepository(pool);
  }

  async run(request: CleanupRequest): Promise<CleanupResult> {
    if (request.dryRun) return this.predict(request);
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'cleanup', ttlSeconds }, (lease) =>
      recordJobRun(this.#pool, 'cleanup', async () => {
        const report = await new CleanupRun(
          this.#pool,
          this.#repository,
          this.#storages,
          lease,
          request,
          this.#log,
        ).work();
        return { report, failed: report.failed > 0 };
      }),
    );
    return result === 'locked' ? { skipped: 'locked' } : result.report;
  }

  /** What `run` does with `dryRun`: walks the same rows and changes nothing. */
  async predict(request: CleanupRequest): Promise<CleanupReport> {
    const report = emptyReport(true);
    const startedAt = performance.now();
    const cutoff = await this.#repository.cutoff(request.olderThanMinutes);
    const count = ({ free, held }: CleanupPage) => {
      report.candidates += free.length;
      report.heldBack += held.length;
      report.bytesFreed += free.reduce((sum, attachment) => sum + storedBytesOf(attachment), 0);
    };
    if (!(await this.#repository.canTell())) {
      report.heldBack = await this.#repository.countCandidates(cutoff);
      return { ...report, durationMs: Math.round(performance.now() - startedAt) };
    }
    await walk(request, (after) => this.#repository.findDue(after, request.batchSize), count);
    await walk(request, (after) => this.#repository.findStale(cutoff, after, request.batchSize), count);
    return { ...report, durationMs: Math.round(performance.now() - startedAt) };
  }
}

/** One run that holds the lease. */
class CleanupRun {
  readonly #pool: Pool;
  readonly #repository: CleanupRepository;
  readonly #storages: StorageRegistry;
  readonly #lease: Lease;
  readonly #request: CleanupRequest;
  readonly #log: Log;
  readonly #report = emptyReport(false);
  #total = 0;
  #failuresInARow = 0;

  constructor(
    pool: Pool,
    repository: CleanupRepository,
    storages: StorageRegistry,
    lease: Lease,
    request: CleanupRequest,
    log: Log,
  ) {
    this.#pool = pool;
    this.#repository = repository;
    this.#storages = storages;
    this.#lease = lease;
    this.#request = request;
    this.#log = log;
  }

  async work(): Promise<CleanupReport> {
    const startedAt = performance.now();
    const { batchSize, olderThanMinutes } = this.#request;
    const cutoff = await this.#repository.cutoff(olderThanMinutes);
    this.#total = await this.#repository.countCandidates(cutoff);
    if (await this.#repository.canTell()) {
      // What waits for deletion first: were it second, this run would meet its own failures again.
      await walk(
        this.#request,
        (after) => this.#repository.findDue(after, batchSize),
        async ({ free, held }) => {
          if (held.length > 0) await this.#repository.hold(held.map(({ id }) => id));
          await this.#free(free, held.length);
        },
      );
      await walk(
        this.#request,
        (after) => this.#repository.claimStale(this.#lease, cutoff, after, batchSize),
        ({ free, held }) => this.#free(free, held.length),
      );
    } else this.#holdAllBack();
    await this.#lease.assertHeld();
    await this.#removeUnfinished(olderThanMinutes);
    return { ...this.#report, durationMs: Math.round(performance.now() - startedAt) };
  }

  #holdAllBack(): void {
    this.#report.heldBack = this.#total;
    if (this.#total === 0) return;
    const index = OBJECT_NAMES_INDEX.name;
    this.#log.warn(
      { heldBack: this.#total, index },
      'nothing is freed: without this index nobody can tell which files older messages still name; npm run db:migrate builds it',
    );
  }

  async #free(batch: DoomedAttachment[], heldBack: number): Promise<void> {
    await this.#lease.assertHeld();
    const report = this.#report;
    report.heldBack += heldBack;
    if (batch.length === 0) return;
    report.candidates += batch.length;
    const { freed, failed } = await freeObjects(this.#storages, batch);
    const gone = await this.#repository.deleteRows(this.#lease, freed, freed.flatMap(storedPathsOf));
    for (const attachment of freed) {
      if (!gone.has(attachment.id)) continue;
      report.deleted++;
      report.bytesFreed += storedBytesOf(attachment);
    }
    if (failed.length > 0) await this.#postpone(failed);
    this.#request.onProgress?.(report.candidates, Math.max(this.#total, report.candidates));
    this.#failuresInARow = freed.length > 0 ? 0 : this.#failuresInARow + failed.length;
    if (this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) throw new StorageRefusesError();
  }

  async #postpone(failed: { attachment: DoomedAttachment; error: Error }[]): Promise<void> {
    this.#report.failed += failed.length;
    await this.#repository.postpone(failed.map(({ attachment }) => attachment.id));
    for (const { attachment, error } of failed) {
      this.#log.warn({ attachmentId: attachment.id, err: error }, 'an attachment could not be deleted from storage');
    }
  }

  async #removeUnfinished(olderThanMinutes: number): Promise<void> {
    // Never below the minimum, also with --force: an upload may be running right now.
    const minutes = Math.max(olderThanMinutes, MIN_STALE_MINUTES);
    const olderThan = new Date(Date.now() - minutes * 60_000);
    try {
      const expired = await freeExpiredUploads(this.#pool, this.#storages, this.#lease);
      this.#report.unfinishedRemoved += expired.removed;
      this.#report.unfinishedBytesFreed += expired.bytesFreed;
      const { removed, bytesFreed } = await this.#storages.current.removeUnfinished(olderThan);
      this.#report.unfinishedRemoved += removed;
      this.#report.unfinishedBytesFreed += bytesFreed;
    } catch (error) {
      this.#report.failed++;
      this.#log.warn({ err: error }, 'unfinished uploads could not be removed from storage');
    }
  }
}

/** The storage refuses everything. What was claimed is taken up by the next run. */
export class StorageRefusesError extends Error {
  override readonly name = 'StorageRefusesError';

  constructor() {
    super(`${MAX_FAILURES_IN_A_ROW} deletions failed in a row; the storage seems to be down`);
  }
}

async function walk(
  request: CleanupRequest,
  next: (after: Cursor) => Promise<CleanupPage>,
  visit: (page: CleanupPage) => Promise<void> | void,
): Promise<void> {
  let after = FIRST;
  while (!request.signal?.aborted) {
    const page = await next(after);
    if (!page.last) return;
    await visit(page);
    after = page.last;
  }
}

function emptyReport(dryRun: boolean): CleanupReport {
  return {
    dryRun,
    candidates: 0,
    deleted: 0,
    failed: 0,
    bytesFreed: 0,
    heldBack: 0,
    durationMs: 0,
    unfinishedRemoved: 0,
    unfinishedBytesFreed: 0,
  };
}
