import type { Pool, PoolClient } from 'pg';
import { type LiveIndex, USABLE_INDEXES } from '#shared/db/live-indexes.ts';
import { withTransaction } from '#shared/db/with-transaction.ts';

/**
 * Answers "which live messages name this object in their JSON?". Nothing is freed while it is missing: the question would
 * read every message. `fastupdate` is off because a list of unsorted entries would be read by every look-up.
 */
export const OBJECT_NAMES_INDEX: LiveIndex = {
  name: 'ChatMessage_attachments_idx',
  table: 'ChatMessage',
  column: 'attachments',
  definition: `USING gin ("attachments" jsonb_path_ops) WITH (fastupdate = off)
    WHERE "deletedAt" IS NULL AND "attachments" IS NOT NULL`,
};

/** `none`: the JSON column was dropped. `unknown`: it is there, but its index is not, so nobody can tell. */
export type NamesState = 'none' | 'known' | 'unknown';

export interface NamedFile {
  id: string;
  dialogId: string;
  storagePath: string;
}

const LIVE = `m."deletedAt" IS NULL AND m."attachments" IS NOT NULL`;

/** Older programs wrote ids and paths as numbers, too; both readings are asked for, each by the index. */
const hasEntry = (key: 'id' | 'path', value: string) => {
  const asNumber = `CASE WHEN ${value} ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?(e[-+]?[0-9]{1,3})?$'
    THEN to_jsonb(${value}::numeric) ELSE to_jsonb(${value}) END`;
  const contains = (json: string) => `m."attachments" @> jsonb_build_array(jsonb_build_object('${key}', ${json}))`;
  return `(${contains(value)} OR ${contains(asNumber)})`;
};

const FILES = `unnest($1::text[], $2::text[], $3::text[]) AS f("id", "dialogId", "path")`;

const NAMED = `SELECT f."id" AS "named" FROM ${FILES}
  WHERE EXISTS (SELECT 1 FROM "ChatMessage" m WHERE ${LIVE} AND ${hasEntry('path', 'f."path"')})
     OR EXISTS (SELECT 1 FROM "ChatMessage" m WHERE ${LIVE} AND m."dialogId" = f."dialogId" AND ${hasEntry('id', 'f."id"')})`;

const NAMED_BY_OTHERS = `SELECT f."id" AS "named" FROM ${FILES}
  WHERE EXISTS (SELECT 1 FROM "ChatMessage" m
    CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(m."attachments") = 'array' THEN m."attachments" ELSE '[]' END) e
    WHERE ${LIVE} AND ${hasEntry('path', 'f."path"')} AND e.value->>'path' = f."path"
      AND (m."dialogId" <> f."dialogId" OR e.value->>'id' IS DISTINCT FROM f."id"))`;

const NAMED_PATHS = `SELECT f."path" AS "named" FROM unnest($1::text[]) AS f("path")
  WHERE EXISTS (SELECT 1 FROM "ChatMessage" m WHERE ${LIVE} AND ${hasEntry('path', 'f."path"')})`;

/**
 * EXISTS over a containment of unknown selectivity looks cheap by a scan that hopes for an early hit; for an object that
 * nothing names there is none. Bitmap scans are all that is left, and of those only the right one is cheap.
 */
const BY_INDEX_ONLY = `SELECT set_config(name, 'off', true)
  FROM unnest('{enable_seqscan,enable_indexscan,enable_indexonlyscan,jit}'::text[]) name`;

/**
 * The one rule of what may be freed: an object lives as long as a live row or the JSON of a live message, of any
 * conversation, names its path, or JSON of its own conversation names its id. Rows cannot share an object (`storagePath`
 * is unique), so the JSON is what is left to ask; renditions and pieces of uploads have paths that no JSON ever had.
 * Where nobody can tell (`unknown`) everything counts as named.
 */
export class ObjectNames {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Asked anew each time: the index may be built, and the column dropped, while a job runs. */
  async state(db: Pool | PoolClient = this.#pool): Promise<NamesState> {
    const { rows } = await db.query<{ hasColumn: boolean; hasIndex: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = '"ChatMessage"'::regclass AND attname = $2
         AND NOT attisdropped) AS "hasColumn", EXISTS (${USABLE_INDEXES}) AS "hasIndex"`,
      [[OBJECT_NAMES_INDEX.name], OBJECT_NAMES_INDEX.column],
    );
    if (!rows[0]?.hasColumn) return 'none';
    return rows[0].hasIndex ? 'known' : 'unknown';
  }

  /** The ids of those files whose objects must stay. */
  findNamed(files: readonly NamedFile[]): Promise<Set<string>> {
    return withTransaction(this.#pool, (client) => this.findNamedIn(client, files));
  }

  /** The same in the caller's transaction, of which it must be the last question but for rows by their ids. */
  findNamedIn(client: PoolClient, files: readonly NamedFile[]): Promise<Set<string>> {
    return this.#ask(client, NAMED, columnsOf(files));
  }

  /** Those whose path an entry names that is not their own: another conversation's, or of another id. */
  findNamedByOthers(files: readonly NamedFile[]): Promise<Set<string>> {
    return withTransaction(this.#pool, (client) => this.#ask(client, NAMED_BY_OTHERS, columnsOf(files)));
  }

  /** The paths among these that live JSON names. */
  findNamedPaths(paths: readonly string[]): Promise<Set<string>> {
    return withTransaction(this.#pool, (client) => this.#ask(client, NAMED_PATHS, [paths]));
  }

  /** `columns` are parallel; the first is what is asked about. */
  async #ask(client: PoolClient, text: string, columns: [readonly string[], ...unknown[]]): Promise<Set<string>> {
    const [asked] = columns;
    const state = asked.length === 0 ? 'none' : await this.state(client);
    if (state === 'none') return new Set();
    if (state === 'unknown') return new Set(asked);
    await client.query(BY_INDEX_ONLY);
    const { rows } = await client.query<{ named: string }>(text, columns);
    return new Set(rows.map(({ named }) => named));
  }
}

function columnsOf(files: readonly NamedFile[]): [string[], string[], string[]] {
  return [
    files.map(({ id }) => id),
    files.map(({ dialogId }) => dialogId),
    files.map(({ storagePath }) => storagePath),
  ];
}
