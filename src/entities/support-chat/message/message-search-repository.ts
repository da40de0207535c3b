import { Prisma } from '#generated/prisma/client.ts';
import type { Database } from '../database.ts';
import { contains, type SearchedNames } from '../dialog/search-sql.ts';
import type { MessagePosition } from './message.ts';

/** A message that holds the words, and whose conversation it is in. */
export interface FoundMessage extends MessagePosition {
  dialogId: string;
  topic: string | null;
  customerId: string;
  customerName: string;
}

export interface MessageSearch {
  query: string;
  /** Where file names are looked for: the same places a message shows them from. */
  places: SearchedNames;
  dialogId?: string | undefined;
  /** Only in the dialogs of this customer. */
  ofUserId?: string | undefined;
}

/** Finds messages by their words and by the names of their files. Drafts and deleted messages are not looked at. */
export class MessageSearchRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first. It is no permission: the caller has decided where may be looked. */
  find(search: MessageSearch, page: { before: MessagePosition | null; limit: number }): Promise<FoundMessage[]> {
    const { dialogId, ofUserId } = search;
    const { before, limit } = page;
    const only = [
      matches(search),
      ...(dialogId === undefined ? [] : [Prisma.sql`m."dialogId" = ${dialogId}`]),
      ...(ofUserId === undefined ? [] : [Prisma.sql`d."userId" = ${ofUserId}`]),
      ...(before === null ? [] : [Prisma.sql`(m."createdAt", m.id) < (${before.createdAt}::timestamp, ${before.id})`]),
    ];
    return this.#db.$queryRaw<FoundMessage[]>`
      SELECT m.id, m."createdAt", m."dialogId", d.topic, u.id AS "customerId", u.name AS "customerName"
      FROM "ChatMessage" m
      JOIN "ChatDialog" d ON d.id = m."dialogId" AND d."draftOwnerId" IS NULL
      JOIN "User" u ON u.id = d."userId"
      WHERE m."deletedAt" IS NULL AND ${Prisma.join(only, ' AND ')}
      ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${limit}`;
  }
}

function matches({ query, places }: MessageSearch): Prisma.Sql {
  const where = [contains(Prisma.sql`m.text`, query)];
  if (places.table) {
    where.push(Prisma.sql`EXISTS (SELECT 1 FROM "ChatAttachment" a WHERE a."messageId" = m.id AND a.status = 'LINKED'
      AND ${contains(Prisma.sql`a."originalName"`, query)})`);
  }
  if (places.legacy) {
    where.push(Prisma.sql`EXISTS (SELECT 1 FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END) e
      WHERE ${contains(Prisma.sql`e.value->>'name'`, query)})`);
  }
  return Prisma.sql`(${Prisma.join(where, ' OR ')})`;
}
