import type { Pool } from 'pg';
import { type Lease, withLease } from '#shared/lease/lease.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import type { BackfillSettings } from './backfill-attachments.ts';

export interface WriteLegacyReport {
  /** Messages with linked files that were looked at. */
  messages: number;
  /** Of them, those that got their JSON. */
  written: number;
  durationMs: number;
}

export interface WriteLegacyRequest {
  batchSize: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((messages: number, total: number) => void) | undefined;
}

const WITH_FILES = `EXISTS (SELECT 1 FROM "ChatAttachment" a WHERE a."messageId" = m."id" AND a."status" = 'LINKED')`;

/**
 * The backfill's other direction, for the way back: messages that were written while LEGACY_WRITE was off, or whose
 * JSON went with the column, get it from their rows. JSON that is there is left as it is.
 */
export class WriteLegacy {
  readonly #pool: Pool;
  readonly #settings: BackfillSettings;

  constructor(pool: Pool, settings: BackfillSettings) {
    this.#pool = pool;
    this.#settings = settings;
  }

  /** @throws LeaseLostError; what was written stays written. */
  async run(request: WriteLegacyRequest): Promise<WriteLegacyReport | { skipped: 'locked' }> {
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'backfill', ttlSeconds }, (lease) =>
      recordJobRun(this.#pool, 'backfill', async () => ({ report: await this.#work(lease, request), failed: false })),
    );
    return result === 'locked' ? { skipped: 'locked' } : result.report;
  }

  async #work(lease: Lease, request: WriteLegacyRequest): Promise<WriteLegacyReport> {
    const startedAt = performance.now();
    const total = await this.#count();
    let messages = 0;
    let written = 0;
    let afterId = '';
    while (!request.signal?.aborted) {
      const ids = await this.#page(afterId, request.batchSize);
      const last = ids.at(-1);
      if (last === undefined) break;
      written += await this.#write(lease, ids);
      await lease.assertHeld();
      messages += ids.length;
      request.onProgress?.(messages, Math.max(total, messages));
      afterId = last;
    }
    return { messages, written, durationMs: Math.round(performance.now() - startedAt) };
  }

  async #count(): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(
      `SELECT count(*) FROM "ChatMessage" m WHERE m."deletedAt" IS NULL AND ${WITH_FILES}`,
    );
    return Number(rows[0]?.count ?? 0);
  }

  async #page(afterId: string, limit: number): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `SELECT m."id" FROM "ChatMessage" m
        WHERE m."id" > $1 AND m."deletedAt" IS NULL AND ${WITH_FILES} ORDER BY m."id" LIMIT $2`,
      [afterId, limit],
    );
    return rows.map((row) => row.id);
  }

  async #write(lease: Lease, ids: readonly string[]): Promise<number> {
    const guard = lease.guard(2);
    const { rowCount } = await this.#pool.query(
      `UPDATE "ChatMessage" m SET "attachments" = files.json
         FROM (SELECT a."messageId", jsonb_agg(jsonb_build_object('id', a."id", 'name', a."originalName",
                 'path', a."storagePath", 'type', a."mimeType", 'sizeBytes', a."sizeBytes") ORDER BY a."position", a."id") AS json
                 FROM "ChatAttachment" a WHERE a."messageId" = ANY($1) AND a."status" = 'LINKED' GROUP BY a."messageId") files
        WHERE m."id" = files."messageId" AND m."deletedAt" IS NULL
          AND (m."attachments" IS NULL OR m."attachments" IN ('[]', 'null')) AND ${guard.sql}`,
      [ids, ...guard.values],
    );
    return rowCount ?? 0;
  }
}
