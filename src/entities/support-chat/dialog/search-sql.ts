import { Prisma } from '#generated/prisma/client.ts';

/** Where file names are looked for: the same places a message shows them from. */
export interface SearchedNames {
  table: boolean;
  legacy: boolean;
}

/**
 * Whether dialog `d` holds the words: in the customer's name or address, its topic, a message that is there, or the
 * name of a file of such a message. Names of staged files are not searched: only their uploader knows them.
 */
export function matchesSearch(query: string, names: SearchedNames): Prisma.Sql {
  const places = [
    contains(Prisma.sql`d.topic`, query),
    Prisma.sql`EXISTS (SELECT 1 FROM "User" u WHERE u.id = d."userId"
      AND (${contains(Prisma.sql`u.name`, query)} OR ${contains(Prisma.sql`u.email`, query)}))`,
    Prisma.sql`EXISTS (SELECT 1 FROM "ChatMessage" m WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL
      AND ${contains(Prisma.sql`m.text`, query)})`,
  ];
  if (names.table) places.push(hasFileInTable(query));
  if (names.legacy) places.push(hasFileInJson(query));
  return Prisma.sql`(${Prisma.join(places, ' OR ')})`;
}

const hasFileInTable = (query: string) => Prisma.sql`EXISTS (
  SELECT 1 FROM "ChatAttachment" a JOIN "ChatMessage" m ON m.id = a."messageId" AND m."deletedAt" IS NULL
  WHERE a."dialogId" = d.id AND a.status = 'LINKED' AND ${contains(Prisma.sql`a."originalName"`, query)})`;

const hasFileInJson = (query: string) => Prisma.sql`EXISTS (
  SELECT 1 FROM "ChatMessage" m
  CROSS JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END) e
  WHERE m."dialogId" = d.id AND m."deletedAt" IS NULL AND ${contains(Prisma.sql`e.value->>'name'`, query)})`;

/** Letter case aside. The query is text, not a pattern: its own % and _ stand for themselves. */
export function contains(column: Prisma.Sql, query: string): Prisma.Sql {
  return Prisma.sql`${column} ILIKE ${`%${query.replace(/[\\%_]/g, '\\$&')}%`}`;
}
