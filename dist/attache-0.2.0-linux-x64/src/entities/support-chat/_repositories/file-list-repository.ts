import { Prisma } from '#generated/prisma/client.ts';
import { ALLOWED_TYPES, type FileKind } from '#shared/file-type/allowed-types.ts';
import type { Database } from './database.ts';
import type { SearchedNames } from './search-sql.ts';

/** A file of a message that is there, with what is needed to read it. */
export interface ListedFile {
  id: string;
  messageId: string;
  sentAt: Date;
  /** Order inside the message. */
  position: number;
  name: string;
  mimeType: string;
  sizeBytes: number;
  storagePath: string;
  /** Null: the configured driver. */
  storageDriver: string | null;
  createdByUserId: string | null;
}

export type FilePosition = Pick<ListedFile, 'sentAt' | 'position' | 'id'>;

export interface FileListRequest {
  dialogId: string;
  /** None: of every kind. */
  kinds?: readonly FileKind[] | undefined;
  /** Where files are read from: the same places a message shows them from. */
  places: SearchedNames;
  /** Newest first with `before`, oldest first with `after`. */
  order: { newestFirst: boolean; beyond: FilePosition | null };
  limit: number;
}

/** LATERAL and OFFSET keep the planner walking the messages in their order, no further than the page is long. */
const FROM_TABLE = (dialogId: string) => Prisma.sql`
  SELECT a.id, a."messageId", m."createdAt" AS "sentAt", a.position, a."originalName" AS name, a."mimeType",
    a."sizeBytes"::float8 AS "sizeBytes", a."storagePath", a."storageDriver", a."createdByUserId"
  FROM "ChatMessage" m CROSS JOIN LATERAL (
    SELECT * FROM "ChatAttachment" f
    WHERE f."messageId" = m.id AND f."dialogId" = m."dialogId" AND f.status = 'LINKED' OFFSET 0) a
  WHERE m."dialogId" = ${dialogId} AND m."deletedAt" IS NULL`;

/** Entries of a message's JSON that can be served; a row in whatever status speaks for its file where rows are read. */
const FROM_JSON = (dialogId: string, rowsSpeak: boolean) => Prisma.sql`
  SELECT e.value->>'id', m.id, m."createdAt", (e.nr - 1)::int, coalesce(e.value->>'name', 'file'),
    coalesce(e.value->>'type', 'application/octet-stream'), (e.value->>'sizeBytes')::float8, e.value->>'path',
    NULL::text, coalesce(m."senderUserId", m."senderStaffId")
  FROM "ChatMessage" m CROSS JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END) WITH ORDINALITY AS e(value, nr)
  WHERE m."dialogId" = ${dialogId} AND m."deletedAt" IS NULL AND coalesce(e.value->>'path', '') <> ''
    AND coalesce(e.value->>'id', '') <> '' AND e.value->>'sizeBytes' ~ '^[0-9]{1,15}$'
    ${rowsSpeak ? Prisma.sql`AND NOT EXISTS (SELECT 1 FROM "ChatAttachment" x WHERE x.id = e.value->>'id')` : Prisma.empty}`;

/** All files of a dialog, wherever they are written down. */
export class FileListRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** It is no permission: the caller has asked `mayReadDialog`. */
  list({ dialogId, kinds = [], places, order, limit }: FileListRequest): Promise<ListedFile[]> {
    const sources = [
      ...(places.table ? [FROM_TABLE(dialogId)] : []),
      ...(places.legacy ? [FROM_JSON(dialogId, places.table)] : []),
    ];
    const { newestFirst, beyond } = order;
    const conditions = [Prisma.sql`true`];
    if (kinds.length > 0) conditions.push(Prisma.sql`(${Prisma.join(kinds.map(isOfKind), ' OR ')})`);
    if (beyond !== null) {
      const place = Prisma.sql`(${beyond.sentAt}::timestamp, ${beyond.position}::int, ${beyond.id})`;
      const compare = newestFirst ? Prisma.sql`<` : Prisma.sql`>`;
      // The first is implied, and is a range of the index.
      conditions.push(Prisma.sql`f."sentAt" ${compare}= ${beyond.sentAt}::timestamp`);
      conditions.push(Prisma.sql`(f."sentAt", f.position, f.id) ${compare} ${place}`);
    }
    const way = newestFirst ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    return this.#db.$queryRaw<ListedFile[]>`
      SELECT f.* FROM (${Prisma.join(sources, ' UNION ALL ')})
        AS f(id, "messageId", "sentAt", position, name, "mimeType", "sizeBytes", "storagePath", "storageDriver",
          "createdByUserId")
      WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY f."sentAt" ${way}, f.position ${way}, f.id ${way} LIMIT ${limit}`;
  }
}

const ESSENCE = Prisma.sql`lower(trim(split_part(f."mimeType", ';', 1)))`;
const HALF = Prisma.sql`split_part(${ESSENCE}, '/', 1)`;
const KNOWN = ALLOWED_TYPES.map(({ mimeType }) => mimeType);
const HALVES = ['image', 'video', 'audio', 'text'];

/** `kindOf` (shared/file-type) as a condition: a type of the list has its kind, of any other its first half tells. */
function isOfKind(kind: FileKind): Prisma.Sql {
  const known = ALLOWED_TYPES.filter((type) => type.kind === kind).map(({ mimeType }) => mimeType);
  const byHalf =
    kind === 'file'
      ? Prisma.sql`${HALF} <> ALL(${HALVES}::text[])`
      : Prisma.sql`${HALF} = ${HALVES.includes(kind) ? kind : ''}`;
  return Prisma.sql`(${ESSENCE} = ANY(${known}::text[]) OR (${ESSENCE} <> ALL(${KNOWN}::text[]) AND ${byHalf}))`;
}
