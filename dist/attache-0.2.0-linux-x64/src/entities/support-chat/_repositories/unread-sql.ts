import { Prisma } from '#generated/prisma/client.ts';
import type { Side } from '../_domain/conversation.ts';

/** What counts as unread to a side: to support what customers wrote, to a customer everything else. */
const INCOMING: Readonly<Record<Side, Prisma.Sql>> = {
  USER: Prisma.sql`m."senderType" <> 'USER'`,
  STAFF: Prisma.sql`m."senderType" = 'USER'`,
};

const SIDE: Readonly<Record<Side, Prisma.Sql>> = { USER: Prisma.sql`'USER'`, STAFF: Prisma.sql`'STAFF'` };

/**
 * Messages `m` of a dialog that a side has not read. Found in the messages themselves, because older programs insert
 * them without telling us; the index (dialogId, createdAt, id) holds the range. A state of an older program may know
 * only when it was read: then that time is the mark.
 */
const unreadMessages = (side: Side, dialogId: Prisma.Sql) => Prisma.sql`
    FROM (SELECT 1) AS one
    LEFT JOIN "SupportReadState" r ON r."dialogId" = ${dialogId} AND r."readerType" = ${SIDE[side]}
    LEFT JOIN "ChatMessage" seen ON seen.id = r."lastReadMessageId"
    JOIN "ChatMessage" m ON m."dialogId" = ${dialogId} AND m."deletedAt" IS NULL AND ${INCOMING[side]}
      AND (m."createdAt", m.id) > (coalesce(seen."createdAt", r."readAt", '-infinity'), coalesce(seen.id, ''))`;

/** The number of unread messages of a side as an SQL expression over the id of a dialog. */
export function unreadOf(side: Side, dialogId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(SELECT count(*)::int ${unreadMessages(side, dialogId)})`;
}

/** The oldest of them: no row or one of `id` and `createdAt`. */
export function firstUnreadOf(side: Side, dialogId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT m.id, m."createdAt" ${unreadMessages(side, dialogId)}
    ORDER BY m."createdAt", m.id LIMIT 1`;
}
