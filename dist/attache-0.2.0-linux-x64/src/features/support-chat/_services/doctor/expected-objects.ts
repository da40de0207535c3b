import type { PoolClient } from 'pg';
import { DATABASE_NOW } from '#shared/lease/lease.ts';

/** Something in the database that says an object should be in storage. */
export interface ExpectedObject {
  path: string;
  /** `legacy`: only a message's JSON names it. */
  kind: 'attachment' | 'rendition' | 'legacy';
  id: string | null;
  sizeBytes: number | null;
  etag: string | null;
  isDeleting: boolean;
  isStuck: boolean;
  isLost: boolean;
  createdByUserId: string | null;
}

export interface ExpectedObjectsOptions {
  /** The driver whose objects are looked at. */
  driver: string;
  /** Rows without a driver are the configured one's, and so is all that JSON names. */
  isCurrentDriver: boolean;
  hasLegacyColumn: boolean;
}

const FETCH_ROWS = 2_000;
const STUCK_AFTER = `interval '1 day'`;

type Condition = (table: 'a' | 'r') => string;

const attachments = (
  isHere: Condition,
) => `SELECT a."storagePath" AS "path", 'attachment' AS "kind", a."id", a."sizeBytes", a."etag",
    a."status" = 'DELETING' AS "isDeleting",
    a."status" = 'DELETING' AND (a."deleteAttempts" > 1 OR a."updatedAt" < ${DATABASE_NOW} - ${STUCK_AFTER}) AS "isStuck",
    a."lostAt" IS NOT NULL AS "isLost", a."createdByUserId"
  FROM "ChatAttachment" a WHERE ${isHere('a')}`;

const renditions = (
  isHere: Condition,
) => `SELECT r."storagePath", 'rendition', r."id", r."sizeBytes", r."etag", a."status" = 'DELETING', false, false, NULL
  FROM "ChatAttachmentRendition" r JOIN "ChatAttachment" a ON a."id" = r."attachmentId" WHERE ${isHere('r')}`;

const LEGACY = `SELECT e.value->>'path', 'legacy', NULL, NULL, NULL, false, false, false, NULL
  FROM "ChatMessage" m CROSS JOIN LATERAL
    jsonb_array_elements(CASE WHEN jsonb_typeof(m."attachments") = 'array' THEN m."attachments" ELSE '[]' END) e
  WHERE e.value->>'path' <> ''`;

/**
 * Everything expected in one storage, in the byte order of the paths. A cursor, because the default collation's index
 * on the path has another order: PostgreSQL sorts once, on its own disk, and we hold one page. Sees the database as it
 * was at `open`; findings are checked against the present before anything is said or done about them.
 */
export class ExpectedObjects implements AsyncIterable<ExpectedObject> {
  readonly #client: PoolClient;
  /** Lowest and highest path; null when nothing is expected. */
  readonly bounds: { first: string; last: string } | null;

  private constructor(client: PoolClient, bounds: { first: string; last: string } | null) {
    this.#client = client;
    this.bounds = bounds;
  }

  /** Opens a read-only transaction on the client, until `close`. */
  static async open(client: PoolClient, options: ExpectedObjectsOptions): Promise<ExpectedObjects> {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`DECLARE expected SCROLL CURSOR FOR ${sqlFor(options)}`);
    const first = await client.query<{ path: string }>('FETCH FIRST FROM expected');
    const last = await client.query<{ path: string }>('FETCH LAST FROM expected');
    await client.query('MOVE ABSOLUTE 0 IN expected');
    const [low] = first.rows;
    const [high] = last.rows;
    return new ExpectedObjects(client, low && high ? { first: low.path, last: high.path } : null);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ExpectedObject, void, undefined> {
    while (true) {
      const { rows } = await this.#client.query<ExpectedObject>(`FETCH ${FETCH_ROWS} FROM expected`);
      if (rows.length === 0) return;
      yield* rows;
    }
  }

  async close(): Promise<void> {
    await this.#client.query('ROLLBACK');
  }
}

function sqlFor({ driver, isCurrentDriver, hasLegacyColumn }: ExpectedObjectsOptions): string {
  // One of three words; checked because DECLARE takes no parameters.
  if (!/^[a-z0-9]+$/.test(driver)) throw new TypeError('not a storage driver');
  const isHere: Condition = (table) =>
    `(${table}."storageDriver" = '${driver}'${isCurrentDriver ? ` OR ${table}."storageDriver" IS NULL` : ''})`;
  const parts = [attachments(isHere), renditions(isHere)];
  if (hasLegacyColumn && isCurrentDriver) parts.push(LEGACY);
  return `SELECT * FROM (${parts.join(' UNION ALL ')}) expected ORDER BY "path" COLLATE "C"`;
}
