import { Prisma } from '#generated/prisma/client.ts';

/** Where file names are looked for: the same places a message shows them from. */
export interface SearchedNames {
  table: boolean;
  legacy: boolean;
}

/**
 * Whether dialog `d` holds the words: in the customer's name or address, its topic, a message that is there, or the
 * name of a file of such a message. Names of staged files are not searched: only their uploader knows them.
 * Looks at one dialog after another; `dialogsWith` has the same rule for all at once.
 */
export function matchesSearch(query: string, names: SearchedNames): Prisma.Sql {
  const places = [
    contains(Prisma.sql`d.topic`, query),
    Prisma.sql`EXISTS (SELECT 1 FROM "User" u WHERE u.id = d."userId" AND ${isOfPerson(query)} ${ONE_BY_ONE})`,
    Prisma.sql`EXISTS (
      SELECT 1 FROM "ChatMessage" m WHERE m."dialogId" = d.id AND ${hasWords(query)} ${ONE_BY_ONE})`,
  ];
  if (names.table) {
    places.push(Prisma.sql`EXISTS (SELECT 1 ${filesNamed(query)} AND a."dialogId" = d.id ${ONE_BY_ONE})`);
  }
  if (names.legacy) {
    places.push(Prisma.sql`EXISTS (
      SELECT 1 FROM "ChatMessage" m WHERE m."dialogId" = d.id AND ${hasNameInJson(query)} ${ONE_BY_ONE})`);
  }
  return Prisma.sql`(${Prisma.join(places, ' OR ')})`;
}

/** The ids of all dialogs that `matchesSearch`, drafts among them, some more than once. */
export function conversationsWith(query: string, names: SearchedNames, isIndexed: boolean): Prisma.Sql {
  const words = isIndexed ? isInIndex(Prisma.sql`m.text`, query) : Prisma.empty;
  const name = isIndexed ? isInIndex(Prisma.sql`a."originalName"`, query) : Prisma.empty;
  const places = [
    Prisma.sql`SELECT d.id FROM "ChatDialog" d WHERE ${contains(Prisma.sql`d.topic`, query)}`,
    Prisma.sql`SELECT d.id FROM "User" u JOIN "ChatDialog" d ON d."userId" = u.id WHERE ${isOfPerson(query)}`,
    Prisma.sql`SELECT m."dialogId" FROM "ChatMessage" m WHERE ${hasWords(query)} ${words}`,
  ];
  if (names.table) places.push(Prisma.sql`SELECT a."dialogId" ${filesNamed(query)} ${name}`);
  if (names.legacy) places.push(Prisma.sql`SELECT m."dialogId" FROM "ChatMessage" m WHERE ${hasNameInJson(query)}`);
  return Prisma.join(places, ' UNION ALL ');
}

/** Keeps the planner from answering an EXISTS by gathering all rows that match, of all dialogs, to look at a few. */
export const ONE_BY_ONE = Prisma.sql`OFFSET 0`;

/** A further AND by which an index of `SEARCH_INDEXES` finds what may hold the words; `contains` has the last say. */
export const isInIndex = (column: Prisma.Sql, query: string) =>
  Prisma.sql`AND "textParts"(${column}) @@ "textPartsOf"(${query})`;

/** Message `m` is there and says the words. */
export const hasWords = (query: string) =>
  Prisma.sql`(m."deletedAt" IS NULL AND ${contains(Prisma.sql`m.text`, query)})`;

/** Message `m` is there and its JSON names a file so. */
export const hasNameInJson = (query: string) => Prisma.sql`(m."deletedAt" IS NULL AND EXISTS (
  SELECT 1 FROM jsonb_array_elements(CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END) e
  WHERE ${contains(Prisma.sql`e.value->>'name'`, query)}))`;

/** The files `a` of messages that are there, by their names: what follows SELECT. It takes another AND. */
export const filesNamed = (query: string) => Prisma.sql`
  FROM "ChatAttachment" a JOIN "ChatMessage" owner ON owner.id = a."messageId" AND owner."deletedAt" IS NULL
  WHERE a.status = 'LINKED' AND ${contains(Prisma.sql`a."originalName"`, query)}`;

const isOfPerson = (query: string) =>
  Prisma.sql`(${contains(Prisma.sql`u.name`, query)} OR ${contains(Prisma.sql`u.email`, query)})`;

/** Letter case aside. The query is text, not a pattern: its own % and _ stand for themselves. */
export function contains(column: Prisma.Sql, query: string): Prisma.Sql {
  return Prisma.sql`${column} ILIKE ${`%${query.replace(/[\\%_]/g, '\\$&')}%`}`;
}
