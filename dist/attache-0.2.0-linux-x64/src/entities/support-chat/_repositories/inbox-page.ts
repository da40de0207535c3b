import { Prisma } from '#generated/prisma/client.ts';
import { conversationsWith, matchesSearch, type SearchedNames } from './search-sql.ts';

/** The place of a dialog in a list: by its last activity, then by id. */
export interface ConversationPosition {
  activityAt: Date;
  id: string;
}

export interface ConversationListPage {
  before: ConversationPosition | null;
  limit: number;
}

/** The place in the order by waiting: those who wait by how long, then the others by their last activity. */
export interface WaitingPosition {
  isWaiting: boolean;
  /** Since when, or the last activity. */
  at: Date;
  id: string;
}

export interface WaitingListPage {
  before: WaitingPosition | null;
  limit: number;
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

/** A filter, and whether the indexes of the search may be asked. */
export type IndexedFilter = InboxFilter & { isIndexed: boolean };

/** For each line of a page, dialogs that a search looks at one by one, before it asks the indexes for all with the words. */
const LOOKED_THROUGH_PER_LINE = 4;

/** The order of lists; an index has this very expression. */
const ACTIVITY = Prisma.sql`coalesce(d."lastMessageAt", d."createdAt")`;
const BY_ACTIVITY = Prisma.sql`${ACTIVITY} DESC, d.id DESC`;

/** The last thing said by a person was said by the customer: the column is kept by triggers (migration unanswered_since). */
export const IS_UNANSWERED = Prisma.sql`(d."unansweredSince" IS NOT NULL)`;
/** Nobody waits where it is closed. */
const IS_WAITING = Prisma.sql`(d."closedAt" IS NULL AND ${IS_UNANSWERED})`;
export const WAITING_SINCE = Prisma.sql`(CASE WHEN d."closedAt" IS NULL THEN d."unansweredSince" END)`;

/** `WITH page …`: dialogs of one customer, the last active first. */
export function pageOfUser(userId: string, { before, limit }: ConversationListPage): Prisma.Sql {
  const only = [Prisma.sql`d."userId" = ${userId}`, ...isBefore(before)];
  return Prisma.sql`WITH ${cut(Prisma.sql`page`, { only, order: BY_ACTIVITY, limit })}`;
}

/** `WITH page …`: everybody's dialogs that pass the filter, the last active first. */
export function pageByActivity(filter: IndexedFilter, { before, limit }: ConversationListPage): Prisma.Sql {
  const only = [...conditionsOf(filter), ...isBefore(before)];
  return Prisma.sql`WITH ${cut(Prisma.sql`page`, { only, order: BY_ACTIVITY, limit, filter })}`;
}

/**
 * `WITH page …`: who waits first, the longest wait before the others; then the others, the last active first. To be
 * ordered by `BY_WAITING`.
 */
export function pageByWaiting(filter: IndexedFilter, { before, limit }: WaitingListPage): Prisma.Sql {
  const given = conditionsOf(filter);
  const waiting = cut(Prisma.sql`waiting`, {
    only: [...given, IS_WAITING, ...(before === null ? [] : [isBehindWaiting(before)])],
    order: Prisma.sql`d."unansweredSince", d.id`,
    limit,
    filter,
  });
  const others = cut(Prisma.sql`others`, {
    only: [
      ...given,
      Prisma.sql`NOT ${IS_WAITING} AND (SELECT count(*) < ${limit}::int FROM waiting)`,
      ...(before === null || before.isWaiting ? [] : [isBehindOther(before)]),
    ],
    order: Prisma.sql`${ACTIVITY} DESC, d.id`,
    limit,
    filter,
  });
  // The planner does not see that none of the others waits, and would go through them all.
  const hasOthers = filter.waiting !== true;
  return Prisma.sql`WITH ${waiting} ${hasOthers ? Prisma.sql`, ${others}` : Prisma.empty},
    page AS (
      SELECT * FROM (
        SELECT *, 1 AS part FROM waiting ${hasOthers ? Prisma.sql`UNION ALL SELECT *, 2 FROM others` : Prisma.empty}) d
      ORDER BY ${BY_WAITING} LIMIT ${limit})`;
}

export const BY_WAITING = Prisma.sql`d.part, CASE d.part WHEN 1 THEN d."unansweredSince" END,
  CASE d.part WHEN 2 THEN d."activityAt" END DESC, d.id`;

interface Cut {
  only: readonly Prisma.Sql[];
  order: Prisma.Sql;
  limit: number;
  /** Of its words alone: the rest is in `only`. */
  filter?: IndexedFilter;
}

/**
 * The first dialogs in an order as a table of that name. With words to look for, some are looked at one by one, which is
 * enough for words that are in many, and where there are no more; only then those with the words are gathered.
 */
function cut(name: Prisma.Sql, { only, order, limit, filter }: Cut): Prisma.Sql {
  const first = (count: number, more: readonly Prisma.Sql[] = []) => Prisma.sql`
    SELECT d.*, ${ACTIVITY} AS "activityAt" FROM "ChatDialog" d
    WHERE ${Prisma.join([Prisma.sql`d."draftOwnerId" IS NULL`, ...only, ...more], ' AND ')}
    ORDER BY ${order} LIMIT ${count}::int`;
  if (!filter?.query) return Prisma.sql`${name} AS MATERIALIZED (${first(limit)})`;
  const near = Prisma.sql`near_${name}`;
  // A table of its own: the planner would look for the words once for each of few dialogs.
  const holding = Prisma.sql`holding_${name}`;
  const lookedThrough = limit * LOOKED_THROUGH_PER_LINE;
  const isEnough = Prisma.sql`(SELECT is_enough FROM enough_${name})`;
  const { query, searchedNames, isIndexed } = filter;
  return Prisma.sql`
    ${near} AS MATERIALIZED (
      SELECT d.* FROM (${first(lookedThrough)}) d WHERE ${matchesSearch(query, searchedNames)}
      ORDER BY ${order} LIMIT ${limit}::int),
    enough_${name} AS MATERIALIZED (
      SELECT (SELECT count(*) FROM ${near}) >= ${limit}::int
        OR (SELECT count(*) FROM (${first(lookedThrough)}) looked) < ${lookedThrough}::int AS is_enough),
    ${holding}(id) AS MATERIALIZED (${conversationsWith(query, searchedNames, isIndexed)}),
    ${name} AS MATERIALIZED (
      SELECT * FROM ${near} WHERE ${isEnough} UNION ALL
      (${first(limit, [Prisma.sql`NOT ${isEnough} AND d.id IN (SELECT id FROM ${holding})`])}))`;
}

function isBefore(position: ConversationPosition | null): Prisma.Sql[] {
  if (position === null) return [];
  return [Prisma.sql`(${ACTIVITY}, d.id) < (${position.activityAt}::timestamp, ${position.id})`];
}

function isBehindWaiting({ isWaiting, at, id }: WaitingPosition): Prisma.Sql {
  return isWaiting ? Prisma.sql`(d."unansweredSince", d.id) > (${at}::timestamp, ${id})` : Prisma.sql`false`;
}

/** In two parts: the first is a range of the index. */
function isBehindOther({ at, id }: WaitingPosition): Prisma.Sql {
  return Prisma.sql`${ACTIVITY} <= ${at}::timestamp AND (${ACTIVITY} < ${at}::timestamp OR d.id > ${id})`;
}

function conditionsOf(filter: InboxFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  const whether = (wanted: boolean, condition: Prisma.Sql) =>
    conditions.push(wanted ? condition : Prisma.sql`NOT ${condition}`);
  if (filter.hasUnansweredIncoming !== undefined) whether(filter.hasUnansweredIncoming, IS_UNANSWERED);
  if (filter.waiting !== undefined) whether(filter.waiting, IS_WAITING);
  if (filter.dialogId !== undefined) conditions.push(Prisma.sql`d.id = ${filter.dialogId}`);
  if (filter.state !== 'all') whether(filter.state === 'open', Prisma.sql`(d."closedAt" IS NULL)`);
  return conditions;
}
