import { Prisma } from '#generated/prisma/client.ts';
import type { Database } from '../database.ts';
import type { JsonValue } from '../message/json-value.ts';
import { unreadOf } from '../read-state/unread-sql.ts';
import type { Side } from './dialog.ts';
import { matchesSearch, type SearchedNames } from './search-sql.ts';

/** The place of a dialog in a list: by its last activity, then by id. */
export interface DialogPosition {
  activityAt: Date;
  id: string;
}

export interface DialogListPage {
  before: DialogPosition | null;
  limit: number;
}

export interface InboxFilter {
  hasUnansweredIncoming?: boolean;
  query?: string;
  searchedNames: SearchedNames;
}

/** A line of a list. `last*` is null where nothing was written or everything was deleted. */
export interface DialogLine {
  id: string;
  userId: string;
  topic: string | null;
  activityAt: Date;
  updatedAt: Date;
  lastMessageId: string | null;
  lastMessageAt: Date | null;
  lastText: string | null;
  lastLegacyAttachments: JsonValue | null;
  unreadCount: number;
}

export interface InboxLine extends DialogLine {
  userName: string;
  userEmail: string;
  hasUnansweredIncoming: boolean;
}

/** The order of lists; an index has this very expression. */
const ACTIVITY = Prisma.sql`coalesce(d."lastMessageAt", d."createdAt")`;

/** Unanswered: the last thing said by a person was said by the customer. */
const IS_UNANSWERED = Prisma.sql`coalesce((
  SELECT m."senderType" = 'USER' FROM "ChatMessage" m
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL AND m."senderType" <> 'SYSTEM'
  ORDER BY m."createdAt" DESC, m.id DESC LIMIT 1), false)`;

const LAST_MESSAGE = Prisma.sql`LEFT JOIN LATERAL (
  SELECT m.id, m."createdAt", left(m.text, 300) AS text, m.attachments FROM "ChatMessage" m
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL
  ORDER BY m."createdAt" DESC, m.id DESC LIMIT 1) last ON true`;

/** The page is cut first, so that last messages and counts are looked up for its lines only. */
const cutPage = (condition: Prisma.Sql, page: DialogListPage) => Prisma.sql`WITH page AS MATERIALIZED (
  SELECT d.*, ${ACTIVITY} AS "activityAt" FROM "ChatDialog" d
  WHERE d."draftOwnerId" IS NULL AND ${condition} ${page.before ? isBefore(page.before) : Prisma.empty}
  ORDER BY ${ACTIVITY} DESC, d.id DESC LIMIT ${page.limit})`;

const isBefore = (position: DialogPosition) =>
  Prisma.sql`AND (${ACTIVITY}, d.id) < (${position.activityAt}::timestamp, ${position.id})`;

const lineColumns = (side: Side) => Prisma.sql`
  d.id, d."userId", d.topic, d."activityAt", d."updatedAt", last.id AS "lastMessageId",
  last."createdAt" AS "lastMessageAt", last.text AS "lastText", last.attachments AS "lastLegacyAttachments",
  ${unreadOf(side, Prisma.sql`d.id`)} AS "unreadCount"`;

/** The two lists of dialogs: one statement each, however long the page. */
export class InboxRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A customer's own dialogs, the last active first; drafts are not dialogs yet. */
  listOfUser(userId: string, page: DialogListPage): Promise<DialogLine[]> {
    return this.#db.$queryRaw<DialogLine[]>`
      ${cutPage(Prisma.sql`d."userId" = ${userId}`, page)}
      SELECT ${lineColumns('USER')}
      FROM page d ${LAST_MESSAGE}
      ORDER BY d."activityAt" DESC, d.id DESC`;
  }

  /** Everybody's dialogs, for those who manage chats (the caller has checked). Filters apply before the page is cut. */
  listForStaff(filter: InboxFilter, page: DialogListPage): Promise<InboxLine[]> {
    return this.#db.$queryRaw<InboxLine[]>`
      ${cutPage(conditionOf(filter), page)}
      SELECT ${lineColumns('STAFF')}, u.name AS "userName", u.email AS "userEmail",
        ${IS_UNANSWERED} AS "hasUnansweredIncoming"
      FROM page d JOIN "User" u ON u.id = d."userId" ${LAST_MESSAGE}
      ORDER BY d."activityAt" DESC, d.id DESC`;
  }
}

function conditionOf(filter: InboxFilter): Prisma.Sql {
  const conditions = [Prisma.sql`true`];
  if (filter.hasUnansweredIncoming !== undefined) {
    conditions.push(Prisma.sql`${IS_UNANSWERED} = ${filter.hasUnansweredIncoming}`);
  }
  if (filter.query) conditions.push(matchesSearch(filter.query, filter.searchedNames));
  return Prisma.join(conditions, ' AND ');
}
