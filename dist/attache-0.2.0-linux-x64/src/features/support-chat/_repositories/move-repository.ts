import type { Pool } from 'pg';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';
import type { StorageDriverName } from '#shared/lib/file-storage/types.ts';

/** A row and the place it says its object is in. */
export interface PlacedRow {
  table: 'ChatAttachment' | 'ChatAttachmentRendition';
  id: string;
  path: string;
  driver: string;
  mimeType: string;
  sizeBytes: number;
  etag: string | null;
  isDeleting: boolean;
}

const TABLES = ['ChatAttachment', 'ChatAttachmentRendition'] as const;
const STAMP_ROWS = 5_000;

/** Where files are, as facts of their rows. */
export class MoveRepository {
  readonly #pool: Pool;
  readonly #current: StorageDriverName;

  constructor(pool: Pool, current: StorageDriverName) {
    this.#pool = pool;
    this.#current = current;
  }

  /**
   * Rows without a driver mean "the configured one", which would be another place after the switch. They get its name
   * now, some thousands at a time, so that no transaction is long.
   */
  async nameDrivers(lease: Lease): Promise<void> {
    for (const table of TABLES) {
      const guard = lease.guard(3);
      let named: number | null = null;
      do {
        const result = await this.#pool.query(
          `UPDATE "${table}" SET "storageDriver" = $1
            WHERE "id" IN (SELECT "id" FROM "${table}" WHERE "storageDriver" IS NULL LIMIT $2) AND ${guard.sql}`,
          [this.#current, STAMP_ROWS, ...guard.values],
        );
        named = result.rowCount;
      } while (named === STAMP_ROWS);
    }
  }

  async totalBytes(driver: StorageDriverName): Promise<number> {
    const { rows } = await this.#pool.query<{ bytes: string }>(
      `SELECT (SELECT COALESCE(sum("sizeBytes"), 0) FROM "ChatAttachment" WHERE COALESCE("storageDriver", $2) = $1)
            + (SELECT COALESCE(sum("sizeBytes"), 0) FROM "ChatAttachmentRendition" WHERE COALESCE("storageDriver", $2) = $1) AS "bytes"`,
      [driver, this.#current],
    );
    return Number(rows[0]?.bytes ?? 0);
  }

  async findByPaths(paths: readonly string[]): Promise<Map<string, PlacedRow>> {
    const { rows } = await this.#pool.query<PlacedRow>(
      `SELECT 'ChatAttachment' AS "table", "id", "storagePath" AS "path", COALESCE("storageDriver", $2) AS "driver",
              "mimeType", "sizeBytes", "etag", "status" = 'DELETING' AS "isDeleting"
         FROM "ChatAttachment" WHERE "storagePath" = ANY($1)
       UNION ALL
       SELECT 'ChatAttachmentRendition', r."id", r."storagePath", COALESCE(r."storageDriver", $2), r."mimeType", r."sizeBytes",
              r."etag", a."status" = 'DELETING'
         FROM "ChatAttachmentRendition" r JOIN "ChatAttachment" a ON a."id" = r."attachmentId"
        WHERE r."storagePath" = ANY($1)`,
      [paths, this.#current],
    );
    return new Map(rows.map((row) => [row.path, row]));
  }

  /** From this commit on readers go to the new place. False when the row is gone, being deleted, or moved already. */
  async setDriver(lease: Lease, row: PlacedRow, to: StorageDriverName): Promise<boolean> {
    const guard = lease.guard(6);
    const notDeleting =
      row.table === 'ChatAttachment'
        ? `t."status" <> 'DELETING'`
        : `EXISTS (SELECT 1 FROM "ChatAttachment" a WHERE a."id" = t."attachmentId" AND a."status" <> 'DELETING' FOR SHARE)`;
    const { rowCount } = await this.#pool.query(
      `UPDATE "${row.table}" t SET "storageDriver" = $1
        WHERE t."id" = $2 AND t."storagePath" = $3 AND COALESCE(t."storageDriver", $5) = $4 AND ${notDeleting} AND ${guard.sql}`,
      [to, row.id, row.path, row.driver, this.#current, ...guard.values],
    );
    return rowCount === 1;
  }

  /** Rows that name the driver, without those being deleted and those known to be lost. */
  async countRowsAt(driver: StorageDriverName): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(
      `SELECT (SELECT count(*) FROM "ChatAttachment"
                WHERE COALESCE("storageDriver", $2) = $1 AND "status" <> 'DELETING' AND "lostAt" IS NULL)
            + (SELECT count(*) FROM "ChatAttachmentRendition" r JOIN "ChatAttachment" a ON a."id" = r."attachmentId"
                WHERE COALESCE(r."storageDriver", $2) = $1 AND a."status" <> 'DELETING') AS "count"`,
      [driver, this.#current],
    );
    return Number(rows[0]?.count ?? 0);
  }

  async now(): Promise<Date> {
    const { rows } = await this.#pool.query<{ now: Date }>(`SELECT ${DATABASE_NOW} AS "now"`);
    return rows[0]?.now ?? new Date();
  }
}
