import type { Pool } from 'pg';
import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';
import type { KnownRow } from './plan-entry.ts';

export interface LegacyMessage {
  id: string;
  dialogId: string;
  /** Who sent it; the customer where that is not known any more. */
  authorId: string;
  attachments: JsonValue;
}

export interface KnownAttachments {
  byId: ReadonlyMap<string, KnownAttachment>;
  byPath: ReadonlyMap<string, KnownAttachment>;
}

export interface KnownAttachment extends KnownRow {
  sizeBytes: number;
  etag: string | null;
  lostAt: Date | null;
}

/** A row to be made; the dialog, the author and the date come from the message, in the same statement. */
export interface NewRow {
  id: string;
  messageId: string;
  position: number;
  storagePath: string;
  storageDriver: string;
  mimeType: string;
  sizeBytes: number;
  originalName: string;
  etag: string;
  /** Null: the message's date. */
  lastModified: Date | null;
  isLost: boolean;
}

const HAS_ENTRIES = `m."attachments" IS NOT NULL AND m."attachments" NOT IN ('[]', 'null')`;

const AUTHOR = `COALESCE(m."senderUserId", m."senderStaffId", d."userId")`;

/** The SQL of the backfill: pages by keyset, rows by the batch. */
export class BackfillRepository {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async countMessages(): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(
      `SELECT count(*) FROM "ChatMessage" m WHERE ${HAS_ENTRIES}`,
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Messages with JSON in the order of their ids, after the given one. */
  async listMessages(page: { deleted: boolean; afterId: string; limit: number }): Promise<LegacyMessage[]> {
    const { rows } = await this.#pool.query<LegacyMessage>(
      `SELECT m."id", m."dialogId", m."attachments", ${AUTHOR} AS "authorId"
         FROM "ChatMessage" m JOIN "ChatDialog" d ON d."id" = m."dialogId"
        WHERE m."id" > $1 AND ${HAS_ENTRIES} AND m."deletedAt" IS ${page.deleted ? 'NOT NULL' : 'NULL'}
        ORDER BY m."id" LIMIT $2`,
      [page.afterId, page.limit],
    );
    return rows;
  }

  async findRows(ids: readonly string[], paths: readonly string[]): Promise<KnownAttachments> {
    const columns = `"id", "dialogId", "messageId", "status", "storagePath", "storageDriver", "sizeBytes", "etag", "lostAt"`;
    const { rows } = await this.#pool.query<KnownAttachment>(
      `SELECT ${columns} FROM "ChatAttachment" WHERE "id" = ANY($1)
       UNION SELECT ${columns} FROM "ChatAttachment" WHERE "storagePath" = ANY($2)`,
      [ids, paths],
    );
    return {
      byId: new Map(rows.map((row) => [row.id, row])),
      byPath: new Map(rows.map((row) => [row.storagePath, row])),
    };
  }

  /**
   * Makes the rows that are not there yet and returns their ids. The messages are locked against a deletion at the same
   * time: one that was faster makes the row DELETING, one that comes later finds the row and does so itself.
   */
  async createRows(lease: Lease, rows: readonly NewRow[]): Promise<Set<string>> {
    if (rows.length === 0) return new Set();
    const guard = lease.guard(12);
    const result = await this.#pool.query<{ id: string }>(
      `WITH message AS MATERIALIZED (
         SELECT m."id", m."dialogId", m."createdAt", m."deletedAt",
${AUTHOR} AS "authorId"
           FROM "ChatMessage" m JOIN "ChatDialog" d ON d."id" = m."dialogId"
          WHERE m."id" = ANY($2) ORDER BY m."id" FOR SHARE OF m)
       INSERT INTO "ChatAttachment" ("id", "dialogId", "messageId", "position", "storagePath", "storageDriver", "mimeType",
         "sizeBytes", "originalName", "etag", "lastModified", "lostAt", "createdByUserId", "status", "createdAt", "updatedAt")
       SELECT e."id", message."dialogId", message."id", e."position", e."storagePath", e."storageDriver", e."mimeType",
         e."sizeBytes", e."originalName", e."etag", COALESCE(e."lastModified" AT TIME ZONE 'UTC', message."createdAt"),
         CASE WHEN e."isLost" THEN ${DATABASE_NOW} END, message."authorId",
         (CASE WHEN message."deletedAt" IS NULL THEN 'LINKED' ELSE 'DELETING' END)::"ChatAttachmentStatus",
         message."createdAt", ${DATABASE_NOW}
       FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
              $10::timestamptz[], $11::bool[])
              AS e("id", "messageId", "position", "storagePath", "storageDriver", "mimeType", "sizeBytes", "originalName",
                   "etag", "lastModified", "isLost")
         JOIN message ON message."id" = e."messageId"
       WHERE ${guard.sql}
       ON CONFLICT DO NOTHING RETURNING "id"`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.messageId),
        rows.map((row) => row.position),
        rows.map((row) => row.storagePath),
        rows.map((row) => row.storageDriver),
        rows.map((row) => row.mimeType),
        rows.map((row) => row.sizeBytes),
        rows.map((row) => row.originalName),
        rows.map((row) => row.etag),
        rows.map((row) => row.lastModified?.toISOString() ?? null),
        rows.map((row) => row.isLost),
        ...guard.values,
      ],
    );
    return new Set(result.rows.map((row) => row.id));
  }

  /** Links rows that were staged while the table's gate was closed; returns the ids. */
  async linkRows(
    lease: Lease,
    links: readonly { id: string; messageId: string; position: number }[],
  ): Promise<Set<string>> {
    if (links.length === 0) return new Set();
    const guard = lease.guard(4);
    const { rows } = await this.#pool.query<{ id: string }>(
      `UPDATE "ChatAttachment" a SET "status" = 'LINKED', "messageId" = e."messageId", "position" = e."position",
         "deleteAfter" = NULL, "deleteAttempts" = 0, "updatedAt" = ${DATABASE_NOW}
       FROM unnest($1::text[], $2::text[], $3::int[]) AS e("id", "messageId", "position")
       JOIN (SELECT m."id" FROM "ChatMessage" m WHERE m."id" = ANY($2) AND m."deletedAt" IS NULL FOR SHARE) message
         ON message."id" = e."messageId"
       WHERE a."id" = e."id" AND a."messageId" IS NULL AND ${guard.sql} RETURNING a."id"`,
      [
        links.map((link) => link.id),
        links.map((link) => link.messageId),
        links.map((link) => link.position),
        ...guard.values,
      ],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Writes down a checksum that was computed in passing; only where none was known. */
  async setChecksums(checksums: ReadonlyMap<string, string>): Promise<void> {
    await this.#pool.query(
      `UPDATE "ChatAttachment" a SET "etag" = e."etag" FROM unnest($1::text[], $2::text[]) AS e("id", "etag")
        WHERE a."id" = e."id" AND (a."etag" IS NULL OR a."etag" !~ '^[0-9a-f]{64}$')`,
      [[...checksums.keys()], [...checksums.values()]],
    );
  }
}
