import type { Pool } from 'pg';
import { withLease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import { BackfillBatch } from './backfill-batch.ts';
import { type BackfillReport, type BackfillRequest, emptyReport } from './backfill-report.ts';
import { BackfillRepository } from './backfill-repository.ts';
import { hasLegacyColumn } from './legacy-column.ts';
import { ObjectLookup } from './object-lookup.ts';

export interface BackfillSettings {
  lockNamespace: string;
  lockTtlSeconds: number;
}

export type BackfillResult = BackfillReport | { skipped: 'locked' };

/**
 * Takes a chat over whose attachments are JSON in its messages: a row for every entry, beside running traffic.
 * There is no bookmark: a run reads every message and does what is not done yet, so a killed run is simply run again.
 * Deleted messages come last: by then every object that a live message needs has a row, and only what is left over is
 * handed to the cleanup.
 */
export class BackfillAttachments {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #settings: BackfillSettings;
  readonly #findings: FindingSink;
  readonly #repository: BackfillRepository;

  constructor(pool: Pool, storages: StorageRegistry, settings: BackfillSettings, findings: FindingSink) {
    this.#pool = pool;
    this.#storages = storages;
    this.#settings = settings;
    this.#findings = findings;
    this.#repository = new BackfillRepository(pool);
  }

  /** @throws StorageUnavailableError, LeaseLostError; what was done stays done. */
  async run(request: BackfillRequest): Promise<BackfillResult> {
    if (!(await hasLegacyColumn(this.#pool))) return emptyReport(request.dryRun);
    if (request.dryRun) return this.#work(new BackfillBatch(this.#repository, this.#storages, null, request), request);
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'backfill', ttlSeconds }, (lease) =>
      recordJobRun(this.#pool, 'backfill', async () => {
        const batch = new BackfillBatch(this.#repository, this.#storages, lease, request);
        return { report: await this.#work(batch, request), failed: false };
      }),
    );
    return result === 'locked' ? { skipped: 'locked' } : result.report;
  }

  async #work(batch: BackfillBatch, request: BackfillRequest): Promise<BackfillReport> {
    const startedAt = performance.now();
    const report = emptyReport(request.dryRun);
    const total = await this.#repository.countMessages();
    const client = await this.#pool.connect();
    try {
      const lookup = new ObjectLookup(this.#storages.current, client);
      let batchesLeft = request.maxBatches ?? Number.POSITIVE_INFINITY;
      for (const deleted of [false, true]) {
        let afterId = '';
        while (batchesLeft > 0 && !request.signal?.aborted) {
          const messages = await this.#repository.listMessages({ deleted, afterId, limit: request.batchSize });
          const last = messages.at(-1);
          if (!last) break;
          const createdBefore = report.created;
          await this.#findings.add(await batch.process(messages, deleted, lookup, report));
          if (report.created > createdBefore) batchesLeft--;
          request.onProgress?.(report.messages, Math.max(total, report.messages));
          afterId = last.id;
        }
      }
    } finally {
      client.release();
    }
    return { ...report, durationMs: Math.round(performance.now() - startedAt) };
  }
}
