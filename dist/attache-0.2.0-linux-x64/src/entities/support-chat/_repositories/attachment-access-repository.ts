import { Prisma } from '#generated/prisma/client.ts';
import {
  type AccessFilter,
  type AccessLine,
  type AccessPosition,
  type AttachmentAccess,
  SAME_OPENING_MINUTES,
} from '../_domain/attachment-access.ts';
import type { Database } from './database.ts';

/** The record of who opened or downloaded which file. */
export class AttachmentAccessRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Leaves out what another process wrote down for the same opening. One statement for any number. */
  async add(entries: readonly AttachmentAccess[]): Promise<void> {
    const column = (name: 'attachmentId' | 'dialogId' | 'userId' | 'action') => entries.map((entry) => entry[name]);
    await this.#db.$executeRaw`
      INSERT INTO "ChatAttachmentAccess" ("attachmentId", "dialogId", "userId", action, at)
      SELECT e."attachmentId", e."dialogId", e."userId", e.action, e.at
      FROM unnest(${column('attachmentId')}::text[], ${column('dialogId')}::text[], ${column('userId')}::text[],
        ${column('action')}::text[], ${entries.map(({ at }) => at.toISOString())}::timestamp[])
        AS e("attachmentId", "dialogId", "userId", action, at)
      WHERE NOT EXISTS (
        SELECT 1 FROM "ChatAttachmentAccess" known
        WHERE known."attachmentId" = e."attachmentId" AND known."userId" = e."userId" AND known.action = e.action
          AND known.at > e.at - make_interval(mins => ${SAME_OPENING_MINUTES}::int) AND known.at <= e.at)
      ORDER BY e.at`;
  }

  /** Newest first. It is no permission: the caller has decided what the filter may be. */
  list(filter: AccessFilter, page: { before: AccessPosition | null; limit: number }): Promise<AccessLine[]> {
    const { dialogId, attachmentId, filesOfUserId } = filter;
    const { before, limit } = page;
    const only = [
      Prisma.sql`l."dialogId" = ${dialogId}`,
      ...(attachmentId === undefined ? [] : [Prisma.sql`l."attachmentId" = ${attachmentId}`]),
      ...(filesOfUserId === undefined ? [] : [Prisma.sql`a."createdByUserId" = ${filesOfUserId}`]),
      ...(before === null ? [] : [Prisma.sql`(l.at, l.id) < (${before.at}::timestamp, ${before.id}::bigint)`]),
    ];
    return this.#db.$queryRaw<AccessLine[]>`
      SELECT l.id, l."attachmentId", l."dialogId", l."userId", l.action, l.at,
        a."originalName" AS "fileName", u.name AS "userName"
      FROM "ChatAttachmentAccess" l
      LEFT JOIN "ChatAttachment" a ON a.id = l."attachmentId" AND a."dialogId" = l."dialogId"
      LEFT JOIN "User" u ON u.id = l."userId"
      WHERE ${Prisma.join(only, ' AND ')} ORDER BY l.at DESC, l.id DESC LIMIT ${limit}`;
  }
}
