import { Prisma } from '#generated/prisma/client.ts';
import type { MessagePosition } from '../_domain/message.ts';
import type { Database } from './database.ts';
import { SearchReadiness } from './search-readiness.ts';
import { filesNamed, hasNameInJson, hasWords, isInIndex, ONE_BY_ONE, type SearchedNames } from './search-sql.ts';

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

interface SearchPage {
  before: MessagePosition | null;
  limit: number;
}

/**
 * Messages looked at one by one, before the indexes of words and names are asked. A word that is in one message of fifty
 * fills a page from these alone, where an index would first gather all of its messages; a rarer one has so few that
 * gathering them is quick. Words of one or two letters are in no index, and are seldom rare.
 */
const LOOKED_THROUGH = 2_000;

/** Finds messages by their words and by the names of their files. Drafts and deleted messages are not looked at. */
export class MessageSearchRepository {
  readonly #db: Database;
  readonly #search: SearchReadiness;

  constructor(db: Database) {
    this.#db = db;
    this.#search = new SearchReadiness(db);
  }

  /** Newest first. It is no permission: the caller has decided where may be looked. */
  async find(search: MessageSearch, page: SearchPage): Promise<FoundMessage[]> {
    const { limit } = page;
    const isEverywhere = search.dialogId === undefined && search.ofUserId === undefined;
    const isIndexed = isEverywhere && (await this.#search.isReady());
    const isFull = Prisma.sql`(SELECT count(*) >= ${limit}::int FROM recent)`;
    return this.#db.$queryRaw<FoundMessage[]>`
      WITH recent AS MATERIALIZED (${amongRecent(search, page)}),
      holding AS MATERIALIZED (${holding(search, isIndexed)}),
      anywhere AS MATERIALIZED (
        SELECT m.*, d.topic, d."userId" FROM holding m ${ITS_DIALOG}
        WHERE NOT ${isFull} ${within(search, page)}
        ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${limit})
      SELECT found.*, u.id AS "customerId", u.name AS "customerName"
      FROM (SELECT * FROM recent WHERE ${isFull} UNION ALL SELECT * FROM anywhere) found
      JOIN "User" u ON u.id = found."userId"
      ORDER BY found."createdAt" DESC, found.id DESC`;
  }
}

const ITS_DIALOG = Prisma.sql`JOIN "ChatDialog" d ON d.id = m."dialogId" AND d."draftOwnerId" IS NULL`;

/** The newest ones are cut off before anything is looked for. */
function amongRecent({ query, places, ...scope }: MessageSearch, page: SearchPage): Prisma.Sql {
  const matches = [hasWords(query)];
  if (places.table)
    matches.push(Prisma.sql`EXISTS (SELECT 1 ${filesNamed(query)} AND a."messageId" = m.id ${ONE_BY_ONE})`);
  if (places.legacy) matches.push(hasNameInJson(query));
  return Prisma.sql`
    SELECT m.id, m."createdAt", m."dialogId", d.topic, d."userId" FROM (
      SELECT m.* FROM "ChatMessage" m WHERE m."deletedAt" IS NULL ${within(scope, page)}
      ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${LOOKED_THROUGH}::int) m ${ITS_DIALOG}
    WHERE (${Prisma.join(matches, ' OR ')})
    ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${page.limit}`;
}

/** In one conversation, or those of one customer, reading them is quicker than the indexes, which know no dialogs. */
function holding({ query, places, ...scope }: MessageSearch, isIndexed: boolean): Prisma.Sql {
  const byIndex = (column: Prisma.Sql) => (isIndexed ? isInIndex(column, query) : Prisma.empty);
  const columns = (message: Prisma.Sql) =>
    Prisma.sql`SELECT ${message}.id, ${message}."createdAt", ${message}."dialogId"`;
  const saying = (condition: Prisma.Sql) => Prisma.sql`
    ${columns(Prisma.sql`m`)} FROM "ChatMessage" m WHERE ${condition} ${inConversations(Prisma.sql`m."dialogId"`, scope)}`;
  const sets = [saying(Prisma.sql`${hasWords(query)} ${byIndex(Prisma.sql`m.text`)}`)];
  if (places.table) {
    sets.push(Prisma.sql`${columns(Prisma.sql`owner`)} ${filesNamed(query)}
      ${byIndex(Prisma.sql`a."originalName"`)} ${inConversations(Prisma.sql`a."dialogId"`, scope)}`);
  }
  if (places.legacy) sets.push(saying(hasNameInJson(query)));
  return Prisma.join(sets, ' UNION ');
}

type Scope = Pick<MessageSearch, 'dialogId' | 'ofUserId'>;

function within(scope: Scope, { before }: SearchPage): Prisma.Sql {
  const older = before
    ? Prisma.sql`AND (m."createdAt", m.id) < (${before.createdAt}::timestamp, ${before.id})`
    : Prisma.empty;
  return Prisma.sql`${older} ${inConversations(Prisma.sql`m."dialogId"`, scope)}`;
}

function inConversations(dialogIdColumn: Prisma.Sql, { dialogId, ofUserId }: Scope): Prisma.Sql {
  const only = dialogId === undefined ? Prisma.empty : Prisma.sql`AND ${dialogIdColumn} = ${dialogId}`;
  return ofUserId === undefined
    ? only
    : Prisma.sql`${only} AND ${dialogIdColumn} IN (SELECT own.id FROM "ChatDialog" own WHERE own."userId" = ${ofUserId})`;
}
