import { Prisma } from '#generated/prisma/client.ts';
import type { Side } from '../_domain/conversation.ts';
import type { JsonValue } from '../_domain/json-value.ts';
import type { Database } from './database.ts';
import {
  BY_WAITING,
  type ConversationListPage,
  type InboxFilter,
  type IndexedFilter,
  IS_UNANSWERED,
  pageByActivity,
  pageByWaiting,
  pageOfUser,
  WAITING_SINCE,
  type WaitingListPage,
} from './inbox-page.ts';
import { SearchReadiness } from './search-readiness.ts';
import { unreadOf } from './unread-sql.ts';

export type { ConversationListPage, ConversationPosition, InboxFilter, WaitingPosition } from './inbox-page.ts';

/** A line of a list. `last*` is null where nothing was written or everything was deleted. */
export interface ConversationLine {
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

export interface InboxLine extends ConversationLine {
  userName: string;
  userEmail: string;
  hasUnansweredIncoming: boolean;
  closedAt: Date | null;
  waitingSince: Date | null;
}

const LAST_MESSAGE = Prisma.sql`LEFT JOIN LATERAL (
  SELECT m.id, m."createdAt", left(m.text, 300) AS text, m.attachments FROM "ChatMessage" m
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL
  ORDER BY m."createdAt" DESC, m.id DESC LIMIT 1) last ON true`;

const lineColumns = (side: Side) => Prisma.sql`
  d.id, d."userId", d.topic, d."activityAt", d."updatedAt", last.id AS "lastMessageId",
  last."createdAt" AS "lastMessageAt", last.text AS "lastText", last.attachments AS "lastLegacyAttachments",
  ${unreadOf(side, Prisma.sql`d.id`)} AS "unreadCount"`;

/** The two lists of dialogs: one statement each, however long the page. */
export class InboxRepository {
  readonly #db: Database;
  readonly #search: SearchReadiness;

  constructor(db: Database) {
    this.#db = db;
    this.#search = new SearchReadiness(db);
  }

  /** A customer's own dialogs, the last active first; drafts are not dialogs yet. */
  listOfUser(userId: string, page: ConversationListPage): Promise<ConversationLine[]> {
    return this.#db.$queryRaw<ConversationLine[]>`
      ${pageOfUser(userId, page)}
      SELECT ${lineColumns('USER')}
      FROM page d ${LAST_MESSAGE}
      ORDER BY d."activityAt" DESC, d.id DESC`;
  }

  /** Everybody's dialogs, for those who manage chats (the caller has checked). Filters apply before the page is cut. */
  async listForStaff(filter: InboxFilter, page: ConversationListPage): Promise<InboxLine[]> {
    return this.#db.$queryRaw<InboxLine[]>`
      ${pageByActivity(await this.#indexed(filter), page)} ${INBOX_LINES} ORDER BY d."activityAt" DESC, d.id DESC`;
  }

  /** The same, whoever waits for an answer first, the longest wait before the others. */
  async listByWaiting(filter: InboxFilter, page: WaitingListPage): Promise<InboxLine[]> {
    return this.#db.$queryRaw<InboxLine[]>`
      ${pageByWaiting(await this.#indexed(filter), page)} ${INBOX_LINES} ORDER BY ${BY_WAITING}`;
  }

  async #indexed(filter: InboxFilter): Promise<IndexedFilter> {
    return { ...filter, isIndexed: filter.query ? await this.#search.isReady() : false };
  }
}

const INBOX_LINES = Prisma.sql`
  SELECT ${lineColumns('STAFF')}, u.name AS "userName", u.email AS "userEmail", d."closedAt",
    ${IS_UNANSWERED} AS "hasUnansweredIncoming", ${WAITING_SINCE} AS "waitingSince"
  FROM page d JOIN "User" u ON u.id = d."userId" ${LAST_MESSAGE}`;
