import type { Pool } from 'pg';
import { kindOf } from '#shared/file-type/allowed-types.ts';
import { DATABASE_NOW } from '#shared/lease/lease.ts';
import type { Amount, FailingDeletionDto, StorageOverviewDto } from '../_api/dto/storage-overview-dto.ts';

const SHOWN_DELETIONS = 50;
const SHOWN_MONTHS = 24;

/** Files alike in all that the page tells apart. */
interface Group extends Amount {
  status: 'UPLOADED' | 'LINKED' | 'DELETING';
  mimeType: string;
  driver: string;
  month: string;
  isShownMonth: boolean;
  lost: number;
}

type Sums = Pick<StorageOverviewDto, 'byStatus' | 'byKind' | 'byDriver' | 'byMonth' | 'lost'>;

/** The figures of the storage page. */
export class StorageOverviewRepository {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Everything that needs a look at every row, in one look. */
  async sumFiles(currentDriver: string): Promise<Sums> {
    const groups = await this.#group(currentDriver);
    const kept = groups.filter(({ status }) => status !== 'DELETING');
    const shown = groups.filter(({ status, isShownMonth }) => status === 'LINKED' && isShownMonth);
    return {
      byStatus: sumBy(groups, ({ status }) => status).map(([status, amount]) => ({ status, ...amount })),
      byKind: sumBy(kept, ({ mimeType }) => kindOf(mimeType))
        .map(([kind, amount]) => ({ kind, ...amount }))
        .sort((one, other) => other.bytes - one.bytes),
      byDriver: sumBy(groups, ({ driver }) => driver)
        .map(([driver, amount]) => ({ driver, ...amount }))
        .sort((one, other) => (one.driver < other.driver ? -1 : 1)),
      byMonth: sumBy(shown, ({ month }) => month)
        .map(([month, amount]) => ({ month, ...amount }))
        .sort((one, other) => (one.month < other.month ? -1 : 1)),
      lost: kept.reduce((total, { lost }) => total + lost, 0),
    };
  }

  /** OFFSET 0 hides the column from the planner, which takes there to be as many months as moments, and sorts all rows. */
  async #group(currentDriver: string): Promise<Group[]> {
    const groups = await this.#sums<Omit<Group, keyof Amount | 'lost'> & { lost: string }>(
      `SELECT "status", "mimeType", "driver", to_char("month", 'YYYY-MM') AS "month", "files", "bytes", "lost",
              "month" >= date_trunc('month', ${DATABASE_NOW}) - make_interval(months => $2) AS "isShownMonth"
         FROM (SELECT "status", "mimeType", "driver", "month", count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes",
                      count("lostAt") AS "lost"
                 FROM (SELECT "status", "mimeType", "sizeBytes", "lostAt", COALESCE("storageDriver", $1) AS "driver",
                              date_trunc('month', "createdAt") AS "month" FROM "ChatAttachment" OFFSET 0) a
                GROUP BY 1, 2, 3, 4) g
        ORDER BY "status"`,
      [currentDriver, SHOWN_MONTHS - 1],
    );
    return groups.map((group) => ({ ...group, lost: Number(group.lost) }));
  }

  async sumRenditions(): Promise<Amount> {
    const [sum] = await this.#sums<object>(
      `SELECT count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes" FROM "ChatAttachmentRendition"`,
    );
    return sum ?? { files: 0, bytes: 0 };
  }

  async sumStaged(staleAfterMinutes: number): Promise<StorageOverviewDto['staged']> {
    const { rows } = await this.#pool.query<{ files: string; bytes: string; oldestAt: Date | null; stale: string }>(
      `SELECT count(*) AS "files", COALESCE(sum("sizeBytes"), 0) AS "bytes", min("createdAt") AS "oldestAt",
              count(*) FILTER (WHERE GREATEST("createdAt", "renewedAt") < ${DATABASE_NOW} - make_interval(mins => $1)) AS "stale"
         FROM "ChatAttachment" WHERE "status" = 'UPLOADED'`,
      [staleAfterMinutes],
    );
    const [row] = rows;
    return {
      files: Number(row?.files ?? 0),
      bytes: Number(row?.bytes ?? 0),
      stale: Number(row?.stale ?? 0),
      oldestAt: row?.oldestAt?.toISOString() ?? null,
    };
  }

  async findDeletions(): Promise<StorageOverviewDto['deletions']> {
    const waiting = await this.#count(`SELECT count(*) FROM "ChatAttachment" WHERE "status" = 'DELETING'`);
    const { rows } = await this.#pool.query<Omit<FailingDeletionDto, 'nextTryAt'> & { nextTryAt: Date | null }>(
      `SELECT "id" AS "attachmentId", "dialogId", "sizeBytes", "deleteAttempts" AS "attempts", "deleteAfter" AS "nextTryAt"
         FROM "ChatAttachment" WHERE "status" = 'DELETING' AND "deleteAttempts" > 0
        ORDER BY "deleteAttempts" DESC, "id" LIMIT $1`,
      [SHOWN_DELETIONS],
    );
    return { waiting, failing: rows.map((row) => ({ ...row, nextTryAt: row.nextTryAt?.toISOString() ?? null })) };
  }

  async #count(sql: string): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(sql);
    return Number(rows[0]?.count ?? 0);
  }

  /** Counts and sums are bigints, which `pg` gives as text. */
  async #sums<Key extends object>(sql: string, values: unknown[] = []): Promise<(Key & Amount)[]> {
    const { rows } = await this.#pool.query<Key & { files: string; bytes: string }>(sql, values);
    return rows.map((row) => ({ ...row, files: Number(row.files), bytes: Number(row.bytes) }));
  }
}

/** In the order in which the keys are met first. */
function sumBy<Key>(groups: readonly Group[], keyOf: (group: Group) => Key): [Key, Amount][] {
  const sum = (list: readonly Amount[], of: (amount: Amount) => number) =>
    list.reduce((total, one) => total + of(one), 0);
  return [...Map.groupBy(groups, keyOf)].map(([key, list]) => [
    key,
    { files: sum(list, ({ files }) => files), bytes: sum(list, ({ bytes }) => bytes) },
  ]);
}
