import type { Pool } from 'pg';
import { ObjectNames } from '#entities/support-chat/_repositories/object-names.ts';
import { withTransaction } from '#shared/db/with-transaction.ts';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';

/** Everything stored for one attachment: the file and its renditions. */
export interface DoomedAttachment {
  id: string;
  dialogId: string;
  createdAt: Date;
  storagePath: string;
  storageDriver: string | null;
  sizeBytes: number;
  renditions: { storagePath: string; storageDriver: string | null; sizeBytes: number }[];
}

/** A page of a walk: what may be freed, and what must stay because a live message names it. */
export interface CleanupPage {
  free: DoomedAttachment[];
  held: DoomedAttachment[];
  /** Where the walk goes on; null at its end. */
  last: Cursor | null;
}

/** Keyset over (createdAt, id): a row that cannot be deleted is passed once, never met again in the same run. */
export interface Cursor {
  createdAt: Date | '-infinity';
  id: string;
}

export const FIRST: Cursor = { createdAt: '-infinity', id: '' };

const DOOMED_COLUMNS = `a."id", a."dialogId", a."createdAt", a."storagePath", a."storageDriver", a."sizeBytes", COALESCE(
  (SELECT json_agg(json_build_object('storagePath', r."storagePath", 'storageDriver', r."storageDriver", 'sizeBytes', r."sizeBytes"))
     FROM "ChatAttachmentRendition" r WHERE r."attachmentId" = a."id"), '[]') AS "renditions"`;

/** IS TRUE, so that the planner walks the index of status and age in order, and not all that have no message. */
const STALE = `a."status" = 'UPLOADED' AND (a."messageId" IS NULL) IS TRUE AND a."createdAt" < $1
  AND (a."renewedAt" IS NULL OR a."renewedAt" < $1) AND (a."createdAt", a."id") > ($2::timestamp, $3)`;

const DUE = `a."status" = 'DELETING' AND (a."deleteAfter" IS NULL OR a."deleteAfter" <= ${DATABASE_NOW})
  AND (a."createdAt", a."id") > ($1::timestamp, $2)`;

/** The SQL of the cleanup. Rules of a single attachment stay with its entity; these statements move whole batches. */
export class CleanupRepository {
  readonly #pool: Pool;
  readonly #names: ObjectNames;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#names = new ObjectNames(pool);
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

  /** False where nobody can tell whether JSON names an object: nothing may be freed then. */
  async canTell(): Promise<boolean> {
    return (await this.#names.state()) !== 'unknown';
  }

  async findStale(cutoff: Date, after: Cursor, limit: number): Promise<CleanupPage> {
    const { rows } = await this.#pool.query<DoomedAttachment>(
      `SELECT ${DOOMED_COLUMNS} FROM "ChatAttachment" a WHERE ${STALE} ORDER BY a."createdAt", a."id" LIMIT $4`,
      [cutoff, after.createdAt, after.id, limit],
    );
    return pageOf(rows, await this.#names.findNamed(rows));
  }

  /**
   * Takes the next stale rows away from their uploaders: from this commit on they cannot be linked any more. A row
   * that is being linked at this instant is locked, and skipped; one that was linked a moment ago no longer matches,
   * because PostgreSQL re-reads a row it had to wait for. What JSON names stays as it is: readers of the JSON may need
   * the row as it stands.
   */
  async claimStale(lease: Lease, cutoff: Date, after: Cursor, limit: number): Promise<CleanupPage> {
    const guard = lease.guard(2);
    return withTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<DoomedAttachment>(
        `SELECT ${DOOMED_COLUMNS} FROM "ChatAttachment" a WHERE ${STALE}
          ORDER BY a."createdAt", a."id" LIMIT $4 FOR UPDATE OF a SKIP LOCKED`,
        [cutoff, after.createdAt, after.id, limit],
      );
      const page = pageOf(rows, await this.#names.findNamedIn(client, rows));
      const { rowCount } = await client.query(
        `UPDATE "ChatAttachment" SET "status" = 'DELETING', "updatedAt" = ${DATABASE_NOW} WHERE "id" = ANY($1) AND ${guard.sql}`,
        [page.free.map(({ id }) => id), ...guard.values],
      );
      return rowCount === page.free.length ? page : { ...page, free: [], last: null };
    });
  }

  /** Files of deleted messages and dialogs, and what an earlier run could not delete and may try again by now. */
  async findDue(after: Cursor, limit: number): Promise<CleanupPage> {
    const { rows } = await this.#pool.query<DoomedAttachment>(
      `SELECT ${DOOMED_COLUMNS} FROM "ChatAttachment" a WHERE ${DUE} ORDER BY a."createdAt", a."id" LIMIT $3`,
      [after.createdAt, after.id, limit],
    );
    return pageOf(rows, await this.#names.findNamed(rows));
  }

  /**
   * Deletes the rows whose objects are gone; returns their ids. A row that got another rendition meanwhile stays for
   * the next run: its rendition's object would have no row. The rows are locked first and looked at in a second
   * statement, because a rendition inserted by a transaction we waited for is invisible to the statement that waited. So
   * does one whose object was moved to another storage meanwhile: it is freed there.
   */
  async deleteRows(
    lease: Lease,
    freed: readonly DoomedAttachment[],
    freedPaths: readonly string[],
  ): Promise<Set<string>> {
    const guard = lease.guard(4);
    const ids = freed.map(({ id }) => id);
    return withTransaction(this.#pool, async (client) => {
      await client.query('SELECT 1 FROM "ChatAttachment" WHERE "id" = ANY($1) ORDER BY "id" FOR UPDATE', [ids]);
      const { rows } = await client.query<{ id: string }>(
        `DELETE FROM "ChatAttachment" a USING unnest($1::text[], $2::text[]) AS freed("id", "driver")
          WHERE a."id" = freed."id" AND a."storageDriver" IS NOT DISTINCT FROM freed."driver"
            AND a."status" = 'DELETING' AND ${guard.sql}
            AND NOT EXISTS (SELECT 1 FROM "ChatAttachmentRendition" r
                             WHERE r."attachmentId" = a."id" AND r."storagePath" <> ALL($3))
          RETURNING a."id"`,
        [ids, freed.map(({ storageDriver }) => storageDriver), freedPaths, ...guard.values],
      );
      return new Set(rows.map((row) => row.id));
    });
  }

  /**
   * What a live message still names is looked at again when its deletion is twice as old, a day later at most: not by
   * every run for ever. Deleting the message that names it ends the pause at once.
   */
  async hold(ids: readonly string[]): Promise<void> {
    await this.#pool.query(
      `UPDATE "ChatAttachment" SET "deleteAfter" = ${DATABASE_NOW} + LEAST(interval '1 day', ${DATABASE_NOW} - "updatedAt")
        WHERE "id" = ANY($1) AND "status" = 'DELETING' AND "updatedAt" < ${DATABASE_NOW} - interval '1 hour'`,
      [ids],
    );
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
}

function pageOf(rows: readonly DoomedAttachment[], named: ReadonlySet<string>): CleanupPage {
  return {
    free: rows.filter(({ id }) => !named.has(id)),
    held: rows.filter(({ id }) => named.has(id)),
    last: rows.at(-1) ?? null,
  };
}
