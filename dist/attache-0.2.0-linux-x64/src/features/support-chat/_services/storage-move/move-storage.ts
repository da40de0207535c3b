import type { Pool } from 'pg';
import { type Lease, withLease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { MoveRepository } from '../../_repositories/move-repository.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import { emptyMoveReport, type MoveReport, type MoveRequest } from './move-report.ts';
import { MoveWalk } from './move-walk.ts';

export interface MoveSettings {
  lockNamespace: string;
  lockTtlSeconds: number;
}

export type MoveResult = MoveReport | { skipped: 'locked' };

/**
 * Moves every file from one storage to another while the chat runs. Which place a file is in is a fact of its row, and
 * is changed one row at a time, after its copy was verified; readers follow the row. New uploads go to the configured
 * storage, so the order is: move, switch STORAGE_DRIVER, move again for what came in between, then `deleteSource`.
 */
export class MoveStorage {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #settings: MoveSettings;
  readonly #findings: FindingSink;

  constructor(pool: Pool, storages: StorageRegistry, settings: MoveSettings, findings: FindingSink) {
    this.#pool = pool;
    this.#storages = storages;
    this.#settings = settings;
    this.#findings = findings;
  }

  /** @throws TypeError without settings for one of the two; StorageUnavailableError when one cannot be used. */
  async run(request: MoveRequest): Promise<MoveResult> {
    const from = await this.#storages.for(request.from);
    const to = await this.#storages.for(request.to);
    await to.check();
    if (request.dryRun) return this.#work(from, to, null, request);
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'storage-move', ttlSeconds }, (lease) =>
      recordJobRun(this.#pool, 'storage-move', async () => {
        const report = await this.#work(from, to, lease, request);
        return { report, failed: report.failed > 0 };
      }),
    );
    return result === 'locked' ? { skipped: 'locked' } : result.report;
  }

  async #work(from: FileStorage, to: FileStorage, lease: Lease | null, request: MoveRequest): Promise<MoveReport> {
    const startedAt = performance.now();
    const repository = new MoveRepository(this.#pool, this.#storages.current.driver);
    const report = emptyMoveReport(request.dryRun);
    if (lease) await repository.nameDrivers(lease);
    const walk = new MoveWalk({ from, to, repository, lease, request, report, findings: this.#findings });
    await walk.copyAll(await repository.totalBytes(request.from));
    // Only now: a reader that asked the row a moment before it changed has long opened the old object.
    if (lease && request.deleteSource) await walk.deleteFromSource(lease);
    report.rowsLeft = await repository.countRowsAt(request.from);
    return { ...report, durationMs: Math.round(performance.now() - startedAt) };
  }
}
