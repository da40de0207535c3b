import { z } from 'zod';
import { Prisma } from '#generated/prisma/client.ts';
import type { JsonValue } from '../_domain/json-value.ts';
import type { NewResumableUpload, ResumableUpload, UploadPiece } from '../_domain/resumable-upload.ts';
import type { Database } from './database.ts';

interface UploadRow {
  id: string;
  userId: string;
  dialogId: string | null;
  metadata: JsonValue;
  lengthBytes: bigint;
  offsetBytes: bigint;
  parts: JsonValue | null;
  attachmentId: string | null;
  expiresAt: Date;
}

/** `sent` is missing from uploads that began before it was kept. */
const metadataSchema = z.object({ filename: z.string(), filetype: z.string(), sent: z.string().nullish() });
const piecesSchema = z.array(z.object({ storagePath: z.string(), storageDriver: z.string(), sizeBytes: z.number() }));

const NOW = Prisma.sql`(clock_timestamp() AT TIME ZONE 'UTC')`;

export class ResumableUploadRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Null when it is missing, another's or expired. */
  async findOwn(id: string, userId: string): Promise<ResumableUpload | null> {
    const rows = await this.#db.$queryRaw<UploadRow[]>`
      SELECT id, "userId", "dialogId", metadata, "lengthBytes", "offsetBytes", parts, "attachmentId", "expiresAt"
      FROM "ResumableUpload" WHERE id = ${id} AND "userId" = ${userId} AND "expiresAt" > ${NOW}`;
    return rows[0] ? toUpload(rows[0]) : null;
  }

  /** Lets one creation of a user through at a time, until the transaction ends. */
  async lockCreation(userId: string): Promise<void> {
    await this.#db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`resumable-upload:${userId}`}, 0))`;
  }

  /** What a user has begun and not finished, at its announced length, for the caps. */
  async countUnfinished(userId: string): Promise<{ count: number; bytes: number }> {
    const rows = await this.#db.$queryRaw<{ count: number; bytes: number }[]>`
      SELECT count(*)::int AS count, coalesce(sum("lengthBytes"), 0)::float8 AS bytes FROM "ResumableUpload"
      WHERE "userId" = ${userId} AND "attachmentId" IS NULL AND "expiresAt" > ${NOW}`;
    return rows[0] ?? { count: 0, bytes: 0 };
  }

  async create(upload: NewResumableUpload, livesMinutes: number): Promise<void> {
    const { filename, claimedType: filetype, sentMetadata: sent } = upload;
    const metadata = JSON.stringify({ filename, filetype, sent });
    await this.#db.$executeRaw`
      INSERT INTO "ResumableUpload" (id, "userId", "dialogId", metadata, "lengthBytes", parts, "expiresAt", "updatedAt")
      VALUES (${upload.id}, ${upload.userId}, ${upload.dialogId}, ${metadata}::jsonb, ${upload.lengthBytes}, '[]',
        ${NOW} + make_interval(mins => ${livesMinutes}::int), ${NOW})`;
  }

  /**
   * Notes a stored piece and lets the upload live on. Null when the upload is not as it was: ended, expired, or carried
   * on by somebody else meanwhile; then the piece is nobody's.
   */
  async addPiece(
    upload: Pick<ResumableUpload, 'id' | 'storedBytes'>,
    piece: UploadPiece,
    livesMinutes: number,
  ): Promise<{ expiresAt: Date } | null> {
    const rows = await this.#db.$queryRaw<{ expiresAt: Date }[]>`
      UPDATE "ResumableUpload" SET "offsetBytes" = "offsetBytes" + ${piece.sizeBytes}, "updatedAt" = ${NOW},
        parts = coalesce(parts, '[]') || ${JSON.stringify([piece])}::jsonb,
        "expiresAt" = ${NOW} + make_interval(mins => ${livesMinutes}::int)
      WHERE id = ${upload.id} AND "offsetBytes" = ${upload.storedBytes} AND "attachmentId" IS NULL
        AND "expiresAt" > ${NOW}
      RETURNING "expiresAt"`;
    return rows[0] ?? null;
  }

  /** The pieces stay noted until `forgetPieces`, so that they are found should the process end in between. */
  async setAttachment(id: string, attachmentId: string): Promise<void> {
    await this.#db.$executeRaw`
      UPDATE "ResumableUpload" SET "attachmentId" = ${attachmentId}, "updatedAt" = ${NOW} WHERE id = ${id}`;
  }

  async forgetPieces(id: string): Promise<void> {
    await this.#db.$executeRaw`UPDATE "ResumableUpload" SET parts = '[]' WHERE id = ${id}`;
  }

  async delete(id: string): Promise<void> {
    await this.#db.resumableUpload.deleteMany({ where: { id } });
  }
}

function toUpload(row: UploadRow): ResumableUpload {
  const { filename, filetype, sent } = metadataSchema.parse(row.metadata);
  return {
    id: row.id,
    userId: row.userId,
    dialogId: row.dialogId ?? '',
    filename,
    claimedType: filetype,
    sentMetadata: sent ?? null,
    lengthBytes: Number(row.lengthBytes),
    storedBytes: Number(row.offsetBytes),
    pieces: piecesSchema.parse(row.parts ?? []),
    attachmentId: row.attachmentId,
    expiresAt: row.expiresAt,
  };
}
