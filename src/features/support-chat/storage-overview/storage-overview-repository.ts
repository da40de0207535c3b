import type { Pool } from 'pg';
import { kindOf } from '#shared/file-type/allowed-types.ts';
import { DATABASE_NOW } from '#shared/lease/lease.ts';
import type { Amount, FailingDeletionDto, StorageOverviewDto } from './storage-overview-dto.ts';

const SHOWN_DELETIONS = 50;
const SHOWN_MONTHS = 24;

/** The figures of the storage page: sums over the table, each one statement. */
export class StorageOverviewRepository {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  sumByStatus(): Promise<StorageOverviewDto['byStatus']> {
    return this.#sums<{ status: 'UPLOADED' | 'LINKED' | 'DELETING' }>(
      `SELECT "status", count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes"
         FROM "ChatAttachment" GROUP BY "status" ORDER BY "status"`,
    );
  }

  async sumByKind(): Promise<StorageOverviewDto['byKind']> {
    const byType = await this.#sums<{ mimeType: string }>(
      `SELECT "mimeType", count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes"
         FROM "ChatAttachment" WHERE "status" <> 'DELETING' GROUP BY "mimeType"`,
    );
    const kinds = Map.groupBy(byType, ({ mimeType }) => kindOf(mimeType));
    const sum = (list: Amount[], of: (amount: Amount) => number) => list.reduce((total, one) => total + of(one), 0);
    return [...kinds]
      .map(([kind, list]) => ({ kind, files: sum(list, ({ files }) => files), bytes: sum(list, ({ bytes }) => bytes) }))
      .sort((a, b) => b.bytes - a.bytes);
  }

  sumByDriver(current: string): Promise<StorageOverviewDto['byDriver']> {
    return this.#sums<{ driver: string }>(
      `SELECT COALESCE("storageDriver", $1) AS "driver", count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes"
         FROM "ChatAttachment" GROUP BY 1 ORDER BY 1`,
      [current],
    );
  }

  sumByMonth(): Promise<StorageOverviewDto['byMonth']> {
    return this.#sums<{ month: string }>(
      `SELECT to_char("createdAt", 'YYYY-MM') AS "month", count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes"
         FROM "ChatAttachment"
        WHERE "status" = 'LINKED' AND "createdAt" >= date_trunc('month', ${DATABASE_NOW}) - make_interval(months => $1)
        GROUP BY 1 ORDER BY 1`,
      [SHOWN_MONTHS - 1],
    );
  }

  async sumRenditions(): Promise<Amount> {
    const [sum] = await this.#sums<object>(
      `SELECT count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes" FROM "ChatAttachmentRendition"`,
    );
    return sum ?? { files: 0, bytes: 0 };
  }

  async sumStaged(staleAfterMinutes: number): Promise<StorageOverviewDto['staged']> {
    const { rows } = await this.#pool.query<{ files: string; bytes: string; oldestAt: Date | null; stale: string }>(
      `SELECT count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes", min("createdAt") AS "oldestAt",
              count(*) FILTER (WHERE GREATEST("createdAt", "renewedAt") < ${DATABASE_NOW} - make_interval(mins => $1)) AS "stale"
         FROM "ChatAttachment" WHERE "status" = 'UPLOADED'`,
      [staleAfterMinutes],
    );
    const [row] = rows;
    return {
      files: Number(row?.files ?? 0),
      bytes: Number(row?.bytes ?? 0),
      stale: Number(row?.stale ?? 0),
      oldestAt: row?.oldestAt?.toISOString() ?? null,
    };
  }

  async findDeletions(): Promise<StorageOverviewDto['deletions']> {
    const waiting = await this.#count(`SELECT count(*) FROM "ChatAttachment" WHERE "status" = 'DELETING'`);
    const { rows } = await this.#pool.query<Omit<FailingDeletionDto, 'nextTryAt'> & { nextTryAt: Date | null }>(
      `SELECT "id" AS "attachmentId", "dialogId", "sizeBytes", "deleteAttempts" AS "attempts", "deleteAfter" AS "nextTryAt"
         FROM "ChatAttachment" WHERE "status" = 'DELETING' AND "deleteAttempts" > 0
        ORDER BY "deleteAttempts" DESC, "id" LIMIT $1`,
      [SHOWN_DELETIONS],
    );
    return { waiting, failing: rows.map((row) => ({ ...row, nextTryAt: row.nextTryAt?.toISOString() ?? null })) };
  }

  countLost(): Promise<number> {
    return this.#count(`SELECT count(*) FROM "ChatAttachment" WHERE "lostAt" IS NOT NULL AND "status" <> 'DELETING'`);
  }

  async #count(sql: string): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(sql);
    return Number(rows[0]?.count ?? 0);
  }

  /** Counts and sums are bigints, which `pg` gives as text. */
  async #sums<Key extends object>(sql: string, values: unknown[] = []): Promise<(Key & Amount)[]> {
    const { rows } = await this.#pool.query<Key & { files: string; bytes: string }>(sql, values);
    return rows.map((row) => ({ ...row, files: Number(row.files), bytes: Number(row.bytes) }));
  }
}
