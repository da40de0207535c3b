import { Prisma } from '#generated/prisma/client.ts';
import {
  type AttachmentWithRenditions,
  alreadyLinked,
  type ChatAttachment,
  type LinkRequest,
  linkRefusal,
} from '../_domain/attachment.ts';
import type { LegacyAttachment } from '../_domain/legacy-attachment.ts';
import type { Database } from './database.ts';

const MAX_INT4 = 2_147_483_647;

export interface NewAttachment {
  /** Made by the database's rules when left out. */
  id?: string;
  dialogId: string;
  createdByUserId: string;
  storagePath: string;
  storageDriver?: string | null;
  mimeType: string;
  sizeBytes: number;
  originalName: string;
  /** SHA-256 of the bytes, hex, without quotes. */
  etag: string;
  lastModified: Date;
  width?: number | null;
  height?: number | null;
  previewState?: 'none' | 'pending';
}

/** Where a walk over stale rows stands: rows after it in (createdAt, id). */
export interface StaleCursor {
  createdAt: Date;
  id: string;
}

const LINKABLE = (request: LinkRequest) => Prisma.sql`
  id = ANY(${[...request.attachmentIds]}::text[]) AND status = 'UPLOADED' AND "messageId" IS NULL
  AND "createdByUserId" = ${request.createdByUserId} AND "dialogId" = ${request.dialogId}`;

export class ChatAttachmentRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Call after the bytes are stored: a row always has its object. */
  createUploaded(attachment: NewAttachment): Promise<ChatAttachment> {
    return this.#db.chatAttachment.create({ data: attachment });
  }

  findByDialogAndId(dialogId: string, id: string): Promise<AttachmentWithRenditions | null> {
    return this.#db.chatAttachment.findFirst({
      where: { dialogId, id },
      include: { renditions: { select: { variant: true } } },
    });
  }

  findByIds(ids: readonly string[]): Promise<ChatAttachment[]> {
    return this.#db.chatAttachment.findMany({ where: { id: { in: [...ids] } } });
  }

  /** Every row of these messages, whatever its status, in the order of each message. */
  listByMessages(messageIds: readonly string[]): Promise<AttachmentWithRenditions[]> {
    return this.#db.$queryRaw<AttachmentWithRenditions[]>`
      SELECT a.*, coalesce((SELECT jsonb_agg(jsonb_build_object('variant', r.variant))
        FROM "ChatAttachmentRendition" r WHERE r."attachmentId" = a.id), '[]') AS renditions
      FROM "ChatAttachment" a WHERE a."messageId" = ANY(${[...messageIds]}::text[])
      ORDER BY a.position, a."createdAt", a.id`;
  }

  /**
   * Makes staged attachments part of a message, all or none, in the caller's transaction. One statement, so of two
   * sends at once the second finds nothing left to link.
   * @throws ChatError CONFLICT when one is linked already, NOT_FOUND when one is not staged, not this user's or of
   * another dialog. The caller lets it pass, so that everything rolls back.
   */
  async linkToMessage(messageId: string, request: LinkRequest): Promise<ChatAttachment[]> {
    const ids = [...request.attachmentIds];
    const linked = await this.#db.$queryRaw<ChatAttachment[]>`
      UPDATE "ChatAttachment" SET status = 'LINKED', "messageId" = ${messageId},
        position = array_position(${ids}::text[], id) - 1, "updatedAt" = ${new Date()}::timestamp
      WHERE ${LINKABLE(request)} RETURNING *`;
    await this.#requireAll(linked, request);
    return linked.sort((a, b) => a.position - b.position);
  }

  /**
   * The same with the table's gate closed: the message's JSON becomes the only record of the file. The staging row
   * goes in the same transaction, because a row left UPLOADED would one day be cleaned up, file and all.
   * @throws as `linkToMessage`
   */
  async takeForLegacyMessage(request: LinkRequest): Promise<ChatAttachment[]> {
    const taken = await this.#db.$queryRaw<ChatAttachment[]>`
      DELETE FROM "ChatAttachment" WHERE ${LINKABLE(request)} RETURNING *`;
    await this.#requireAll(taken, request);
    const order = new Map(request.attachmentIds.map((id, index) => [id, index]));
    return taken.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  }

  async #requireAll(rows: readonly ChatAttachment[], request: LinkRequest): Promise<void> {
    // Within this transaction the rows that were linked look linked: only the others tell why.
    const done = new Set(rows.map((row) => row.id));
    const refused = request.attachmentIds.filter((id) => !done.has(id));
    if (refused.length === 0) return;
    if (await this.#areInOwnJson(refused, request)) throw alreadyLinked();
    throw linkRefusal(await this.findByIds(refused), { ...request, attachmentIds: refused });
  }

  /** What was sent while the table's gate was closed is linked in the JSON of its message alone. */
  async #areInOwnJson(ids: readonly string[], { dialogId, createdByUserId }: LinkRequest): Promise<boolean> {
    const found = await this.#db.$queryRaw<unknown[]>`
      SELECT 1 FROM "ChatMessage" m
      CROSS JOIN LATERAL jsonb_array_elements(
        CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END) e
      WHERE m."dialogId" = ${dialogId} AND m."deletedAt" IS NULL AND e.value->>'id' = ANY(${[...ids]}::text[])
        AND ${createdByUserId} IN (m."senderUserId", m."senderStaffId") LIMIT 1`;
    return found.length > 0;
  }

  /** Asks for renditions of what was just linked; the queue takes each attachment once. */
  async queueRenditions(attachmentIds: readonly string[]): Promise<void> {
    await this.#db.renditionJob.createMany({
      data: attachmentIds.map((attachmentId) => ({ attachmentId })),
      skipDuplicates: true,
    });
  }

  /** What a user has staged and not sent, for the caps. */
  async countStaged(userId: string): Promise<{ count: number; bytes: number }> {
    const staged = await this.#db.chatAttachment.aggregate({
      where: { createdByUserId: userId, status: 'UPLOADED' },
      _count: true,
      _sum: { sizeBytes: true },
    });
    return { count: staged._count, bytes: Number(staged._sum.sizeBytes ?? 0) };
  }

  /** Staged rows older than a moment, oldest first, by the index on (status, createdAt). */
  listStaleUploaded(page: { olderThan: Date; after: StaleCursor | null; limit: number }): Promise<ChatAttachment[]> {
    const after = page.after
      ? Prisma.sql`AND ("createdAt", id) > (${page.after.createdAt}::timestamp, ${page.after.id})`
      : Prisma.empty;
    return this.#db.$queryRaw<ChatAttachment[]>`
      SELECT * FROM "ChatAttachment"
      WHERE status = 'UPLOADED' AND "createdAt" < ${page.olderThan}::timestamp ${after}
      ORDER BY "createdAt", id LIMIT ${page.limit}`;
  }

  /** Deletes rows whatever their status: for jobs that have deleted the objects. */
  async deleteByIds(ids: readonly string[]): Promise<number> {
    const { count } = await this.#db.chatAttachment.deleteMany({ where: { id: { in: [...ids] } } });
    return count;
  }

  /**
   * Takes back staged rows and tells which there were; only their objects may be deleted. A row that was linked after
   * all (a commit whose answer was lost) is not among them.
   */
  takeBackStaged(ids: readonly string[]): Promise<ChatAttachment[]> {
    return this.#db.$queryRaw<ChatAttachment[]>`
      DELETE FROM "ChatAttachment"
      WHERE id = ANY(${[...ids]}::text[]) AND status = 'UPLOADED' AND "messageId" IS NULL RETURNING *`;
  }

  /** With the message they belong to; cleanup frees the bytes. */
  async markDeletingOfMessage(messageId: string): Promise<void> {
    await this.#db.chatAttachment.updateMany({
      where: { messageId, status: { not: 'DELETING' } },
      data: { status: 'DELETING' },
    });
  }

  /**
   * Rows in status DELETING for files that only a deleted message's JSON knew, so that cleanup finds them.
   * What has a row by id or path already is left to that row.
   */
  async createDeleting(
    files: readonly LegacyAttachment[],
    owner: { dialogId: string; messageId: string; createdByUserId: string },
  ): Promise<void> {
    await this.#db.chatAttachment.createMany({
      data: files.map((file) => ({
        ...owner,
        id: file.id,
        storagePath: file.path,
        mimeType: file.type,
        // An older program may have noted any number; the column is a 32-bit integer.
        sizeBytes: Math.min(file.sizeBytes, MAX_INT4),
        originalName: file.name,
        status: 'DELETING' as const,
      })),
      skipDuplicates: true,
    });
  }
}
