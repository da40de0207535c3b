import type { Pool } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createClient } from 'redis';

export interface RateLimitSettings {
  /** Names the policy in headers and keys. */
  name: string;
  max: number;
  windowSeconds: number;
}

export interface RateLimitResult {
  allowed: boolean;
  remaining: number;
  /** Seconds until the window ends, rounded up, at least 1. */
  resetSeconds: number;
}

/** Counts events per key in a fixed window. */
export interface RateLimit {
  readonly settings: RateLimitSettings;
  consume(key: string): Promise<RateLimitResult>;
  close(): Promise<void>;
}

type Limiter = Pick<RateLimiterMemory, 'consume'>;

class LibraryRateLimit implements RateLimit {
  readonly settings: RateLimitSettings;
  readonly #limiter: Limiter;
  readonly #close: () => Promise<void>;

  constructor(settings: RateLimitSettings, limiter: Limiter, close: () => Promise<void> = async () => {}) {
    this.settings = settings;
    this.#limiter = limiter;
    this.#close = close;
  }

  async consume(key: string): Promise<RateLimitResult> {
    try {
      return toResult(await this.#limiter.consume(key), true);
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return toResult(rejection, false);
      throw rejection;
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function toResult(res: RateLimiterRes, allowed: boolean): RateLimitResult {
  return {
    allowed,
    remaining: Math.max(0, res.remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(res.msBeforeNext / 1000)),
  };
}

/** What one download waits for the shared counter, and how long nobody waits after one did in vain. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 5_000;

/**
 * Counts alone while the store has fallen silent. Its own client tells a broken connection, but not one that is open and
 * never answers: its time-out begins anew with every command written, so a busy server would wait for ever.
 */
class ImpatientLimiter implements Limiter {
  readonly #shared: Limiter;
  readonly #alone: Limiter;
  #silentUntilMs = 0;

  constructor(shared: Limiter, alone: Limiter) {
    this.#shared = shared;
    this.#alone = alone;
  }

  async consume(key: string): Promise<RateLimiterRes> {
    if (performance.now() < this.#silentUntilMs) return this.#alone.consume(key);
    const answer = this.#shared.consume(key);
    // It may come when nobody listens any more.
    answer.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    try {
      const counted = await Promise.race([answer, silence]);
      if (counted !== null) return counted;
    } finally {
      clearTimeout(timer);
    }
    this.#silentUntilMs = performance.now() + PAUSE_MS;
    return this.#alone.consume(key);
  }
}

/** One process: counters in its memory. */
export function createMemoryRateLimit(settings: RateLimitSettings): RateLimit {
  return new LibraryRateLimit(settings, memoryLimiter(settings));
}

/**
 * Several processes share their counters through Redis, or through PostgreSQL when there is none.
 * While the shared store is away each process counts alone: a limit that fails open for everybody would be no limit,
 * one that fails closed would take the chat down with its counter.
 */
export async function createSharedRateLimit(
  settings: RateLimitSettings,
  store: { redisUrl: string } | { pool: Pool },
): Promise<RateLimit> {
  const alone = memoryLimiter(settings);
  const options = {
    keyPrefix: settings.name,
    points: settings.max,
    duration: settings.windowSeconds,
    insuranceLimiter: alone,
    // Beyond the limit the answer is known until the window ends: no need to ask the store again.
    inMemoryBlockOnConsumed: settings.max + 1,
  };
  if ('redisUrl' in store) {
    const client = createClient({
      url: store.redisUrl,
      disableOfflineQueue: true,
      // A silent connection is given up when nothing is asked for a while; the pings keep a quiet one from looking so.
      pingInterval: 1_000,
      socket: { connectTimeout: 2_000, socketTimeout: 2_500 },
    });
    // Without a listener a lost connection would end the process; the client reconnects by itself.
    client.on('error', () => {});
    void client.connect().catch(() => {});
    const limiter = new RateLimiterRedis({ ...options, storeClient: client, useRedisPackage: true });
    return new LibraryRateLimit(settings, new ImpatientLimiter(limiter, alone), async () => client.destroy());
  }
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const created: RateLimiterPostgres = new RateLimiterPostgres(
      { ...options, storeClient: store.pool, storeType: 'pool', tableName: 'RateLimit' },
      (error?: Error) => (error ? reject(error) : resolve(created)),
    );
  });
  return new LibraryRateLimit(settings, limiter);
}

function memoryLimiter(settings: RateLimitSettings): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix: settings.name, points: settings.max, duration: settings.windowSeconds });
}

/** `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10, and `Retry-After`. */
export function rateLimitHeaders(settings: RateLimitSettings, result: RateLimitResult): Record<string, string> {
  return {
    'Retry-After': String(result.resetSeconds),
    'RateLimit-Policy': `"${settings.name}";q=${settings.max};w=${settings.windowSeconds}`,
    RateLimit: `"${settings.name}";r=${result.remaining};t=${result.resetSeconds}`,
  };
}
