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

/** The place in the order by waiting: those who wait by how long, then the others by their last activity. */
export interface WaitingPosition {
  isWaiting: boolean;
  /** Since when, or the last activity. */
  at: Date;
  id: string;
}

export interface InboxFilter {
  hasUnansweredIncoming?: boolean;
  /** Unanswered and not closed, or neither. */
  waiting?: boolean;
  query?: string;
  dialogId?: string;
  state: 'open' | 'closed' | 'all';
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
  closedAt: Date | null;
  waitingSince: Date | null;
}

/** The order of lists; an index has this very expression. */
const ACTIVITY = Prisma.sql`coalesce(d."lastMessageAt", d."createdAt")`;

/** Unanswered: the last thing said by a person was said by the customer. */
const IS_UNANSWERED = Prisma.sql`coalesce((
  SELECT m."senderType" = 'USER' FROM "ChatMessage" m
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL AND m."senderType" <> 'SYSTEM'
  ORDER BY m."createdAt" DESC, m.id DESC LIMIT 1), false)`;

/** Since when the customer waits: the first thing they said after support's last word. Nobody waits where it is closed. */
const WAITING_SINCE = Prisma.sql`(CASE WHEN d."closedAt" IS NULL THEN (
  SELECT min(m."createdAt") FROM "ChatMessage" m
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL AND m."senderType" = 'USER' AND m."createdAt" > coalesce((
    SELECT a."createdAt" FROM "ChatMessage" a
    WHERE a."dialogId" = d.id AND a."deletedAt" IS NULL AND a."senderType" = 'STAFF'
    ORDER BY a."createdAt" DESC, a.id DESC LIMIT 1), '-infinity')) END)`;

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
      ${cutPage(conditionOf(filter), page)} ${INBOX_LINES} ORDER BY d."activityAt" DESC, d.id DESC`;
  }

  /**
   * The same, whoever waits for an answer first, the longest wait before the others. Looks at every dialog that passes
   * the filter, because older programs write messages without telling anybody.
   */
  listByWaiting(filter: InboxFilter, page: { before: WaitingPosition | null; limit: number }): Promise<InboxLine[]> {
    const { before, limit } = page;
    return this.#db.$queryRaw<InboxLine[]>`
      WITH ranked AS (
        SELECT d.*, ${ACTIVITY} AS "activityAt", ${WAITING_SINCE} AS "waitingSince" FROM "ChatDialog" d
        WHERE d."draftOwnerId" IS NULL AND ${conditionOf(filter)}),
      page AS MATERIALIZED (
        SELECT d.*, ${WAITING_RANK} AS rank FROM ranked d
        ${before ? isBehind(before) : Prisma.empty} ORDER BY ${WAITING_RANK}, d.id LIMIT ${limit})
      ${INBOX_LINES} ORDER BY d.rank, d.id`;
  }
}

const INBOX_LINES = Prisma.sql`
  SELECT ${lineColumns('STAFF')}, u.name AS "userName", u.email AS "userEmail", d."closedAt",
    ${IS_UNANSWERED} AS "hasUnansweredIncoming", ${WAITING_SINCE} AS "waitingSince"
  FROM page d JOIN "User" u ON u.id = d."userId" ${LAST_MESSAGE}`;

/** One rising number: those who wait before all others, by milliseconds. */
const WAITING_RANK = Prisma.sql`(CASE WHEN d."waitingSince" IS NULL THEN -extract(epoch FROM d."activityAt")
  ELSE extract(epoch FROM d."waitingSince") - 1e12 END)`;

function isBehind({ isWaiting, at, id }: WaitingPosition): Prisma.Sql {
  const seconds = at.getTime() / 1000;
  const rank = isWaiting ? seconds - 1e12 : -seconds;
  return Prisma.sql`WHERE (${WAITING_RANK}, d.id) > (${rank.toFixed(3)}::numeric, ${id})`;
}

function conditionOf(filter: InboxFilter): Prisma.Sql {
  const conditions = [Prisma.sql`true`];
  if (filter.hasUnansweredIncoming !== undefined) {
    conditions.push(Prisma.sql`${IS_UNANSWERED} = ${filter.hasUnansweredIncoming}`);
  }
  if (filter.waiting !== undefined) {
    conditions.push(Prisma.sql`(d."closedAt" IS NULL AND ${IS_UNANSWERED}) = ${filter.waiting}`);
  }
  if (filter.dialogId !== undefined) conditions.push(Prisma.sql`d.id = ${filter.dialogId}`);
  if (filter.state !== 'all') {
    conditions.push(filter.state === 'open' ? Prisma.sql`d."closedAt" IS NULL` : Prisma.sql`d."closedAt" IS NOT NULL`);
  }
  if (filter.query) conditions.push(matchesSearch(filter.query, filter.searchedNames));
  return Prisma.join(conditions, ' AND ');
}
