import type { Pool, PoolClient } from 'pg';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';

/** The present state, asked outside the cursor's snapshot, and the changes of a repair. */
export class DoctorRepository {
  readonly #pool: Pool;
  readonly #hasLegacyColumn: boolean;

  constructor(pool: Pool, hasLegacyColumn: boolean) {
    this.#pool = pool;
    this.#hasLegacyColumn = hasLegacyColumn;
  }

  async countRows(): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>('SELECT count(*) FROM "ChatAttachment"');
    return Number(rows[0]?.count ?? 0);
  }

  async now(): Promise<Date> {
    const { rows } = await this.#pool.query<{ now: Date }>(`SELECT ${DATABASE_NOW} AS "now"`);
    return rows[0]?.now ?? new Date();
  }

  /** The drivers that rows name; null rows are the configured one's. */
  async listDrivers(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ driver: string }>(
      `SELECT DISTINCT "storageDriver" AS "driver" FROM "ChatAttachment" WHERE "storageDriver" IS NOT NULL
       UNION SELECT DISTINCT "storageDriver" FROM "ChatAttachmentRendition" WHERE "storageDriver" IS NOT NULL`,
    );
    return rows.map((row) => row.driver);
  }

  /** Which of these paths something names now, on whatever driver. JSON counts if it was written after `since`. */
  async findNamedPaths(paths: readonly string[], since: Date): Promise<Set<string>> {
    const legacy = this.#hasLegacyColumn
      ? `UNION SELECT e.value->>'path' FROM "ChatMessage" m CROSS JOIN LATERAL
           jsonb_array_elements(CASE WHEN jsonb_typeof(m."attachments") = 'array' THEN m."attachments" ELSE '[]' END) e
         WHERE m."createdAt" > $2::timestamp - interval '1 day' AND m."attachments" IS NOT NULL AND e.value->>'path' = ANY($1)`
      : 'UNION SELECT NULL WHERE $2::timestamp IS NULL';
    const { rows } = await this.#pool.query<{ path: string }>(
      `SELECT "storagePath" AS "path" FROM "ChatAttachment" WHERE "storagePath" = ANY($1)
       UNION SELECT "storagePath" FROM "ChatAttachmentRendition" WHERE "storagePath" = ANY($1)
       UNION SELECT p.value->>'storagePath' FROM "ResumableUpload" u CROSS JOIN LATERAL
         jsonb_array_elements(coalesce(u.parts, '[]')) p WHERE p.value->>'storagePath' = ANY($1) ${legacy}`,
      [paths, since],
    );
    return new Set(rows.map((row) => row.path));
  }

  /** Which of these attachments still stand, with the same path, and are not being deleted or known to be lost. */
  async findStanding(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `SELECT "id" FROM "ChatAttachment" WHERE "id" = ANY($1) AND "status" <> 'DELETING' AND "lostAt" IS NULL
       UNION SELECT r."id" FROM "ChatAttachmentRendition" r JOIN "ChatAttachment" a ON a."id" = r."attachmentId"
        WHERE r."id" = ANY($1) AND a."status" <> 'DELETING'`,
      [ids],
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Runs `act` on a row that is locked meanwhile, so that it can be neither deleted nor moved to another storage under
   * our hands. False when it is not as it was found.
   */
  async withLockedRow(
    lease: Lease,
    row: { id: string; path: string; table: 'ChatAttachment' | 'ChatAttachmentRendition' },
    act: (client: PoolClient) => Promise<boolean>,
  ): Promise<boolean> {
    const client = await this.#pool.connect();
    const guard = lease.guard(3);
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query(
        `SELECT 1 FROM "${row.table}" WHERE "id" = $1 AND "storagePath" = $2 AND ${guard.sql} FOR UPDATE`,
        [row.id, row.path, ...guard.values],
      );
      const done = rowCount === 1 && (await act(client));
      await client.query('COMMIT');
      return done;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  async setLost(client: PoolClient, id: string, isLost: boolean): Promise<boolean> {
    const { rowCount } = await client.query(
      `UPDATE "ChatAttachment" SET "lostAt" = ${isLost ? DATABASE_NOW : 'NULL'}, "updatedAt" = ${DATABASE_NOW}
        WHERE "id" = $1 AND "status" <> 'DELETING' AND "lostAt" IS ${isLost ? 'NULL' : 'NOT NULL'}`,
      [id],
    );
    return rowCount === 1;
  }

  /** A rendition can be made again: its row goes, and the queue gets the attachment. */
  async renewRendition(client: PoolClient, id: string): Promise<boolean> {
    const { rowCount } = await client.query(
      `WITH gone AS (DELETE FROM "ChatAttachmentRendition" WHERE "id" = $1 RETURNING "attachmentId")
       INSERT INTO "RenditionJob" ("attachmentId") SELECT "attachmentId" FROM gone
       ON CONFLICT ("attachmentId") DO UPDATE SET "attempts" = 0, "runAfter" = ${DATABASE_NOW}`,
      [id],
    );
    return rowCount === 1;
  }
}
