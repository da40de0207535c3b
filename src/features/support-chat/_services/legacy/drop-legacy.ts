import type { Pool } from 'pg';
import { DATABASE_NOW, withLease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import type { AcceptedLosses } from './accepted-losses.ts';
import { BackfillAttachments } from './backfill-attachments.ts';
import { DEFAULT_BACKFILL_BATCH, type VerifyReport } from './backfill-report.ts';
import { dropLegacyColumn, hasLegacyColumn, restoreLegacyColumn } from './legacy-column.ts';
import { VerifyBackfill } from './verify-backfill.ts';

export interface LegacyGates {
  readMode: 'table' | 'table-then-legacy' | 'legacy';
  tableWrite: boolean;
  legacyWrite: boolean;
}

export interface DropRequest {
  gates: LegacyGates;
  /** Nothing may have written JSON for so long. */
  quietDays: number;
  /** Entries that cannot become rows are known, and may go. */
  acceptInvalid: boolean;
  /** Files whose objects are gone are known; their rows stay, marked as lost. */
  acceptMissingObjects: boolean;
  /** Losses that are known by name; unlike the two above they leave new ones in the way. */
  accepted?: AcceptedLosses | undefined;
  dryRun: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: ((messages: number, total: number) => void) | undefined;
}

export interface DropReport {
  dryRun: boolean;
  dropped: boolean;
  /** An earlier run has dropped the column. */
  alreadyDropped: boolean;
  /** Why not, each line saying what to do. */
  refusals: string[];
  verify: VerifyReport | null;
  durationMs: number;
}

export type DropResult = DropReport | { skipped: 'locked' };

interface Settings {
  lockNamespace: string;
  lockTtlSeconds: number;
}

/** The contract step: the JSON column goes, once nothing is in it that is not in the table. */
export class DropLegacy {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #settings: Settings;
  readonly #findings: FindingSink;

  constructor(pool: Pool, storages: StorageRegistry, settings: Settings, findings: FindingSink) {
    this.#pool = pool;
    this.#storages = storages;
    this.#settings = settings;
    this.#findings = findings;
  }

  /** @throws StorageUnavailableError when it cannot be verified */
  async run(request: DropRequest): Promise<DropResult> {
    const startedAt = performance.now();
    const finish = (report: Omit<DropReport, 'durationMs' | 'dryRun' | 'alreadyDropped'>): DropReport => ({
      dryRun: request.dryRun,
      alreadyDropped: false,
      ...report,
      durationMs: Math.round(performance.now() - startedAt),
    });
    if (!(await hasLegacyColumn(this.#pool))) {
      return { ...finish({ dropped: false, refusals: [], verify: null }), alreadyDropped: true };
    }
    const early = [...gateRefusals(request.gates), ...(await this.#recentRefusals(request.quietDays))];
    // Reading everything is not worth it when the answer is no anyway.
    if (early.length > 0) return finish({ dropped: false, refusals: early, verify: null });
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'backfill', ttlSeconds }, (lease) =>
      recordJobRun(this.#pool, 'drop-legacy', async () => {
        const { refusals, verify } = await this.#verify(request);
        const drops = refusals.length === 0 && !request.dryRun;
        if (drops) {
          await lease.assertHeld();
          await dropLegacyColumn(this.#pool);
        }
        return { report: finish({ dropped: drops, refusals, verify }), failed: refusals.length > 0 };
      }),
    );
    return result === 'locked' ? { skipped: 'locked' } : result.report;
  }

  /** The way back. */
  restore(): Promise<void> {
    return restoreLegacyColumn(this.#pool);
  }

  async #recentRefusals(quietDays: number): Promise<string[]> {
    const { rows } = await this.#pool.query<{ last: Date | null }>(
      `SELECT max("createdAt") AS "last" FROM "ChatMessage" m
        WHERE m."attachments" IS NOT NULL AND m."attachments" NOT IN ('[]', 'null')
          AND m."createdAt" > ${DATABASE_NOW} - make_interval(days => $1)`,
      [quietDays],
    );
    const last = rows[0]?.last;
    if (!last) return [];
    return [
      `a message of ${last.toISOString()} still carries JSON: some instance writes it, or did within ${quietDays} days; wait, or give --quiet-days`,
    ];
  }

  async #verify(request: DropRequest): Promise<{ refusals: string[]; verify: VerifyReport }> {
    const { signal, onProgress } = request;
    const walk = { batchSize: DEFAULT_BACKFILL_BATCH, checksums: false, signal, onProgress };
    const verify = await new VerifyBackfill(this.#pool, this.#storages, this.#findings, request.accepted).run(walk);
    const refusals: string[] = [];
    const refuse = (count: number, reason: string) => count > 0 && refusals.push(`${count} ${reason}`);
    refuse(verify.missingRows, 'entries have no row: run the backfill');
    refuse(verify.sizeMismatches, 'rows have another size than their objects: see the doctor');
    if (!request.acceptInvalid)
      refuse(verify.invalid - verify.acceptedInvalid, 'entries cannot become rows: fix them, or accept them');
    if (!request.acceptMissingObjects) {
      refuse(verify.missingObjects - verify.acceptedMissing, 'files have no object: bring them back, or accept that');
    }
    if (refusals.length === 0) {
      const backfill = new BackfillAttachments(this.#pool, this.#storages, this.#settings, this.#findings);
      const left = await backfill.run({ ...walk, dryRun: true });
      if (left.skipped !== 'locked') refuse(left.created, 'files of deleted messages wait for the backfill: run it');
    }
    if (signal?.aborted) refusals.push('it was stopped before everything was verified');
    return { refusals, verify };
  }
}

function gateRefusals({ readMode, tableWrite, legacyWrite }: LegacyGates): string[] {
  const refusals: string[] = [];
  if (readMode !== 'table') {
    refusals.push(`SUPPORT_CHAT_ATTACHMENT_READ_MODE is ${readMode}: the JSON is still read; set it to table`);
  }
  if (!tableWrite) {
    refusals.push('SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE is false: the JSON is the only record; set it to true');
  }
  if (legacyWrite) {
    refusals.push('SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE is true: the JSON is still written; set it to false');
  }
  return refusals;
}
