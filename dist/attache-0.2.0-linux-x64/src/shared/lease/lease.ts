import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** The database's clock as Prisma stores dates; `clock_timestamp()` because `now()` stands still inside a transaction. */
export const DATABASE_NOW = `(clock_timestamp() AT TIME ZONE 'UTC')`;

export interface LeaseRequest {
  /** Two installations in one database take different namespaces. */
  namespace: string;
  name: string;
  ttlSeconds: number;
}

/** Thrown by an effect that found its lease taken over, expired or released. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * A lock that ends by itself: the row `namespace:name` belongs to whoever last took it, until `expiresAt` by the
 * database's clock. Not a session advisory lock, because on a pool lock and unlock may use different connections.
 *
 * The protocol: `acquireLease` → work, while the lease renews itself at a third of its TTL → `release`. A holder that
 * was killed is succeeded once its TTL has passed. A holder that was merely slow (a stopped process, a long pause)
 * does not know that it was succeeded, therefore every statement that changes something carries `guard`.
 */
export class Lease {
  readonly key: string;
  readonly holder: string;
  readonly generation: number;
  readonly #pool: Pool;
  readonly #ttlSeconds: number;
  readonly #lost = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #renewedAtMs = performance.now();

  constructor(pool: Pool, key: string, holder: string, generation: number, ttlSeconds: number) {
    this.#pool = pool;
    this.key = key;
    this.holder = holder;
    this.generation = generation;
    this.#ttlSeconds = ttlSeconds;
    this.#scheduleRenewal();
  }

  /** Fires when the lease is known to be lost: stop working. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * A condition for the WHERE of a statement that has an effect, so that nothing is done by a former holder.
   * `firstParameter` is the number of the first of its two placeholders.
   */
  guard(firstParameter: number): { sql: string; values: [string, number] } {
    const sql = `EXISTS (SELECT 1 FROM "Lease" WHERE "name" = $${firstParameter} AND "generation" = $${firstParameter + 1}
      AND "expiresAt" > ${DATABASE_NOW})`;
    return { sql, values: [this.key, this.generation] };
  }

  /** @throws LeaseLostError when another may be holding it by now. */
  async assertHeld(): Promise<void> {
    const { sql, values } = this.guard(1);
    const { rows } = await this.#pool.query<{ held: boolean }>(`SELECT ${sql} AS held`, values);
    if (!rows[0]?.held) throw this.#lose();
  }

  /** Ends the lease at once. Never throws: an unreachable database ends it by its TTL. */
  async release(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    // The row stays, so that the generation only ever grows.
    await this.#pool
      // The column rounds to milliseconds: rounded up, the lease would still be held for a moment.
      .query(
        `UPDATE "Lease" SET "expiresAt" = ${DATABASE_NOW} - interval '1 millisecond' WHERE "name" = $1 AND "generation" = $2`,
        [this.key, this.generation],
      )
      .catch(() => undefined);
  }

  #scheduleRenewal(): void {
    this.#timer = setTimeout(() => void this.#renew(), (this.#ttlSeconds * 1000) / 3);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const startedAtMs = performance.now();
    try {
      const { rowCount } = await this.#pool.query(
        `UPDATE "Lease" SET "expiresAt" = ${DATABASE_NOW} + make_interval(secs => $3)
          WHERE "name" = $1 AND "generation" = $2 AND "expiresAt" > ${DATABASE_NOW}`,
        [this.key, this.generation, this.#ttlSeconds],
      );
      if (rowCount === 0) {
        this.#lose();
        return;
      }
      this.#renewedAtMs = startedAtMs;
    } catch {
      // The database may come back before the TTL ends; until then the lease is still ours.
      if (performance.now() - this.#renewedAtMs > this.#ttlSeconds * 1000) {
        this.#lose();
        return;
      }
    }
    if (this.#timer) this.#scheduleRenewal();
  }

  #lose(): LeaseLostError {
    const error = new LeaseLostError(`the lease ${this.key} was lost`);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#lost.signal.aborted) this.#lost.abort(error);
    return error;
  }
}

/** One conditional statement: null when somebody else holds it. */
export async function acquireLease(pool: Pool, { namespace, name, ttlSeconds }: LeaseRequest): Promise<Lease | null> {
  const key = `${namespace}:${name}`;
  const holder = randomUUID();
  const { rows } = await pool.query<{ generation: number }>(
    `INSERT INTO "Lease" AS held ("name", "holder", "generation", "expiresAt")
     VALUES ($1, $2, 1, ${DATABASE_NOW} + make_interval(secs => $3))
     ON CONFLICT ("name") DO UPDATE
       SET "holder" = EXCLUDED."holder", "generation" = held."generation" + 1, "expiresAt" = EXCLUDED."expiresAt"
       WHERE held."expiresAt" <= ${DATABASE_NOW}
     RETURNING "generation"`,
    [key, holder, ttlSeconds],
  );
  const [row] = rows;
  return row ? new Lease(pool, key, holder, row.generation, ttlSeconds) : null;
}

/** Whether anybody works under this lease now. By the time of the answer it may be otherwise. */
export async function isLeaseHeld(pool: Pool, { namespace, name }: Omit<LeaseRequest, 'ttlSeconds'>): Promise<boolean> {
  const sql = `SELECT 1 FROM "Lease" WHERE "name" = $1 AND "expiresAt" > ${DATABASE_NOW}`;
  return (await pool.query(sql, [`${namespace}:${name}`])).rows.length > 0;
}

/** Runs `work` under the lease and gives it back afterwards, also when `work` fails; `'locked'` when another holds it. */
export async function withLease<Result>(
  pool: Pool,
  request: LeaseRequest,
  work: (lease: Lease) => Promise<Result>,
): Promise<Result | 'locked'> {
  const lease = await acquireLease(pool, request);
  if (!lease) return 'locked';
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}
