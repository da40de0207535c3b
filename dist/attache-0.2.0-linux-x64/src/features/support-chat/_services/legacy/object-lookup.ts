import type { PoolClient } from 'pg';
import { mapWithLimit } from '#shared/lib/file-storage/_model/map-with-limit.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';

export interface FoundObject {
  sizeBytes: number;
  lastModified: Date;
}

const PARALLEL_STATS = 32;

/** Beyond so many single questions to a remote storage its whole listing is the cheaper way. */
const STATS_BEFORE_LISTING = 2_000;

const LISTING_TABLE = 'pg_temp.attache_objects';

/**
 * Answers whether objects exist and how large they are, for many paths. On the local disk it asks for each. A remote
 * storage takes milliseconds an answer but lists a thousand objects in one, so a long job copies the listing into a
 * temporary table (PostgreSQL's memory, not ours) and asks the storage only about paths that are not in it, because
 * they may have been stored since.
 * The temporary table lives as long as `client`'s session: not for PgBouncer in transaction mode.
 */
export class ObjectLookup {
  readonly #storage: FileStorage;
  readonly #client: PoolClient;
  #statsLeft: number;
  #isListed = false;

  constructor(storage: FileStorage, client: PoolClient, statsBeforeListing = STATS_BEFORE_LISTING) {
    this.#storage = storage;
    this.#client = client;
    this.#statsLeft = storage.driver === 'local' ? Number.POSITIVE_INFINITY : statsBeforeListing;
  }

  /** Only paths that exist are in the answer. @throws StorageUnavailableError */
  async find(paths: readonly string[]): Promise<Map<string, FoundObject>> {
    const unique = [...new Set(paths)];
    if (!this.#isListed && unique.length > this.#statsLeft) await this.#readListing();
    const found = this.#isListed ? await this.#findListed(unique) : new Map<string, FoundObject>();
    const asked = unique.filter((path) => !found.has(path));
    if (!this.#isListed) this.#statsLeft -= asked.length;
    await mapWithLimit(asked, PARALLEL_STATS, async (path) => {
      const object = await this.#storage.stat(path);
      if (object) found.set(path, object);
    });
    return found;
  }

  async #readListing(): Promise<void> {
    await this.#client.query(`DROP TABLE IF EXISTS ${LISTING_TABLE}`);
    await this.#client.query(
      `CREATE TEMPORARY TABLE attache_objects (path text COLLATE "C" PRIMARY KEY, size bigint NOT NULL, modified timestamptz NOT NULL)`,
    );
    let cursor: string | undefined;
    do {
      const page = await this.#storage.list({ prefix: '', limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      await this.#client.query(
        `INSERT INTO ${LISTING_TABLE} SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) ON CONFLICT DO NOTHING`,
        [
          page.objects.map((object) => object.path),
          page.objects.map((object) => object.sizeBytes),
          page.objects.map((object) => object.lastModified.toISOString()),
        ],
      );
      cursor = page.next;
    } while (cursor !== undefined);
    await this.#client.query(`ANALYZE ${LISTING_TABLE}`);
    this.#isListed = true;
  }

  async #findListed(paths: readonly string[]): Promise<Map<string, FoundObject>> {
    const { rows } = await this.#client.query<{ path: string; size: string; modified: Date }>(
      `SELECT path, size, modified FROM ${LISTING_TABLE} WHERE path = ANY($1)`,
      [paths],
    );
    return new Map(rows.map((row) => [row.path, { sizeBytes: Number(row.size), lastModified: row.modified }]));
  }
}
