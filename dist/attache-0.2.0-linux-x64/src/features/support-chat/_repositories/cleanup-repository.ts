import type { Pool } from 'pg';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { hasLegacyColumn } from '../_services/legacy/legacy-column.ts';
import { freeExpiredUploads } from '../_services/resumable/free-expired-uploads.ts';

/** Everything stored for one attachment: the file and its renditions. */
export interface DoomedAttachment {
  id: string;
  createdAt: Date;
  storagePath: string;
  storageDriver: string | null;
  sizeBytes: number;
  renditions: { storagePath: string; storageDriver: string | null; sizeBytes: number }[];
}

/** Keyset over (createdAt, id): a row that cannot be deleted is passed once, never met again in the same run. */
export interface Cursor {
  createdAt: Date | '-infinity';
  id: string;
}

export const FIRST: Cursor = { createdAt: '-infinity', id: '' };

const DOOMED_COLUMNS = `a."id", a."createdAt", a."storagePath", a."storageDriver", a."sizeBytes", COALESCE(
  (SELECT json_agg(json_build_object('storagePath', r."storagePath", 'storageDriver', r."storageDriver", 'sizeBytes', r."sizeBytes"))
     FROM "ChatAttachmentRendition" r WHERE r."attachmentId" = a."id"), '[]') AS "renditions"`;

/** IS TRUE, so that the planner walks the index of status and age in order, and not all that have no message. */
const STALE = `a."status" = 'UPLOADED' AND (a."messageId" IS NULL) IS TRUE AND a."createdAt" < $1
  AND (a."renewedAt" IS NULL OR a."renewedAt" < $1) AND (a."createdAt", a."id") > ($2::timestamp, $3)`;

/**
 * A live message knows the file by its JSON: an older program wrote it, beside ours or after a rollback, or two messages
 * share one stored object. Such a file is in use. Only messages of the same dialog count.
 */
const inLegacyJson = (onlyMessages: string) => `EXISTS (SELECT 1 FROM "ChatMessage" m WHERE m."dialogId" = a."dialogId"
  ${onlyMessages} AND m."deletedAt" IS NULL AND m."attachments" IS NOT NULL
  AND (m."attachments" @> jsonb_build_array(jsonb_build_object('id', a."id"))
    OR m."attachments" @> jsonb_build_array(jsonb_build_object('path', a."storagePath"))))`;

/** A staged file can only be known to messages written after it; the day of leeway is for clocks that disagree. */
const STAGED_IN_USE = inLegacyJson(`AND m."createdAt" > a."createdAt" - interval '1 day'`);

const DELETED_IN_USE = inLegacyJson('');

const DUE = `a."status" = 'DELETING' AND (a."deleteAfter" IS NULL OR a."deleteAfter" <= ${DATABASE_NOW})
  AND (a."createdAt", a."id") > ($1::timestamp, $2)`;

/** The SQL of the cleanup. Rules of a single attachment stay with its entity; these statements move whole batches. */
export class CleanupRepository {
  readonly #pool: Pool;
  #legacyColumn: Promise<boolean> | null = null;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** By the database's clock, so that machines need not agree on theirs. */
  async cutoff(olderThanMinutes: number): Promise<Date> {
    const { rows } = await this.#pool.query<{ cutoff: Date }>(
      `SELECT date_trunc('milliseconds', ${DATABASE_NOW} - make_interval(mins => $1)) AS "cutoff"`,
      [olderThanMinutes],
    );
    const [row] = rows;
    if (!row) throw new Error('the database returned no time');
    return row.cutoff;
  }

  /** How many rows a run would look at; for progress only. */
  async countCandidates(cutoff: Date): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(
      `SELECT (SELECT count(*) FROM "ChatAttachment" a WHERE ${STALE})
            + (SELECT count(*) FROM "ChatAttachment" a WHERE "status" = 'DELETING') AS "count"`,
      [cutoff, FIRST.createdAt, FIRST.id],
    );
    return Number(rows[0]?.count ?? 0);
  }

  async findStale(cutoff: Date, after: Cursor, limit: number): Promise<DoomedAttachment[]> {
    const { rows } = await this.#pool.query<DoomedAttachment>(
      `SELECT ${DOOMED_COLUMNS} FROM "ChatAttachment" a WHERE ${STALE} ${await this.#unless(STAGED_IN_USE)}
        ORDER BY a."createdAt", a."id" LIMIT $4`,
      [cutoff, after.createdAt, after.id, limit],
    );
    return rows;
  }

  /**
   * Takes the next stale rows away from their uploaders: from this commit on they cannot be linked any more. A row
   * that is being linked at this instant is locked, and skipped; one that was linked a moment ago no longer matches,
   * because PostgreSQL re-reads a row it had to wait for.
   */
  async claimStale(lease: Lease, cutoff: Date, after: Cursor, limit: number): Promise<DoomedAttachment[]> {
    const guard = lease.guard(5);
    const { rows } = await this.#pool.query<DoomedAttachment>(
      `WITH picked AS MATERIALIZED (
         SELECT a."id" FROM "ChatAttachment" a WHERE ${STALE} ${await this.#unless(STAGED_IN_USE)}
          ORDER BY a."createdAt", a."id" LIMIT $4 FOR UPDATE SKIP LOCKED),
       claimed AS (
         UPDATE "ChatAttachment" t SET "status" = 'DELETING', "updatedAt" = ${DATABASE_NOW}
           FROM picked WHERE t."id" = picked."id" AND ${guard.sql}
         RETURNING t.*)
       SELECT ${DOOMED_COLUMNS} FROM claimed a ORDER BY a."createdAt", a."id"`,
      [cutoff, after.createdAt, after.id, limit, ...guard.values],
    );
    return rows;
  }

  /** Files of deleted messages and dialogs, and what an earlier run could not delete and may try again by now. */
  async findDue(after: Cursor, limit: number): Promise<DoomedAttachment[]> {
    const { rows } = await this.#pool.query<DoomedAttachment>(
      `SELECT ${DOOMED_COLUMNS} FROM "ChatAttachment" a WHERE ${DUE} ${await this.#unless(DELETED_IN_USE)}
        ORDER BY a."createdAt", a."id" LIMIT $3`,
      [after.createdAt, after.id, limit],
    );
    return rows;
  }

  /**
   * Deletes the rows whose objects are gone; returns their ids. A row that got another rendition meanwhile stays for
   * the next run: its rendition's object would have no row. The rows are locked first and looked at in a second
   * statement, because a rendition inserted by a transaction we waited for is invisible to the statement that waited.
   */
  async deleteRows(lease: Lease, ids: readonly string[], freedPaths: readonly string[]): Promise<Set<string>> {
    const client = await this.#pool.connect();
    const guard = lease.guard(3);
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM "ChatAttachment" WHERE "id" = ANY($1) ORDER BY "id" FOR UPDATE', [ids]);
      const { rows } = await client.query<{ id: string }>(
        `DELETE FROM "ChatAttachment" a WHERE a."id" = ANY($1) AND a."status" = 'DELETING' AND ${guard.sql}
            AND NOT EXISTS (SELECT 1 FROM "ChatAttachmentRendition" r
                             WHERE r."attachmentId" = a."id" AND r."storagePath" <> ALL($2))
          RETURNING a."id"`,
        [ids, freedPaths, ...guard.values],
      );
      await client.query('COMMIT');
      return new Set(rows.map((row) => row.id));
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** The next run tries once more; from the second failure on the pause doubles from 5 minutes up to a day. */
  async postpone(ids: readonly string[]): Promise<void> {
    await this.#pool.query(
      `UPDATE "ChatAttachment" SET "deleteAttempts" = "deleteAttempts" + 1, "deleteAfter" = CASE
          WHEN "deleteAttempts" = 0 THEN NULL
          ELSE ${DATABASE_NOW} + LEAST(interval '1 day', interval '5 minutes' * power(2, LEAST("deleteAttempts" - 1, 10)))
        END WHERE "id" = ANY($1) AND "status" = 'DELETING'`,
      [ids],
    );
  }

  /** Uploads in pieces that nobody carried on. */
  freeExpiredUploads(storages: StorageRegistry, lease: Lease): Promise<{ removed: number; bytesFreed: number }> {
    return freeExpiredUploads(this.#pool, storages, lease);
  }

  async #unless(inUse: string): Promise<string> {
    this.#legacyColumn ??= hasLegacyColumn(this.#pool);
    return (await this.#legacyColumn) ? `AND NOT ${inUse}` : '';
  }
}
