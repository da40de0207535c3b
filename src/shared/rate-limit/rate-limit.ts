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

/** How long a request waits for the shared counter, and how long the counter is left alone after a timeout. */
const TIMEOUT_MS = 1_000;
const PAUSE_MS = 5_000;

/**
 * Counts in memory while the store does not answer. Its own client notices a broken connection, but not one that is open
 * and never answers: its timeout starts anew with every command written, so a busy server would wait for ever.
 */
class TimeoutLimiter implements Limiter {
  readonly #shared: Limiter;
  readonly #local: Limiter;
  #unavailableUntilMs = 0;

  constructor(shared: Limiter, local: Limiter) {
    this.#shared = shared;
    this.#local = local;
  }

  async consume(key: string): Promise<RateLimiterRes> {
    if (performance.now() < this.#unavailableUntilMs) return this.#local.consume(key);
    const answer = this.#shared.consume(key);
    // It may settle after the timeout.
    answer.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), TIMEOUT_MS);
    });
    try {
      const counted = await Promise.race([answer, timeout]);
      if (counted !== null) return counted;
    } finally {
      clearTimeout(timer);
    }
    this.#unavailableUntilMs = performance.now() + PAUSE_MS;
    return this.#local.consume(key);
  }
}

/** One process: counters in its memory. */
export function createMemoryRateLimit(settings: RateLimitSettings): RateLimit {
  return new LibraryRateLimit(settings, memoryLimiter(settings));
}

/**
 * Several processes share their counters through Redis, or through PostgreSQL when there is none.
 * While the shared store is down each process counts by itself: a limit that fails open for everybody would be no limit,
 * one that fails closed would take the chat down with its counter.
 */
export async function createSharedRateLimit(
  settings: RateLimitSettings,
  store: { redisUrl: string } | { pool: Pool },
): Promise<RateLimit> {
  const local = memoryLimiter(settings);
  const options = {
    keyPrefix: settings.name,
    points: settings.max,
    duration: settings.windowSeconds,
    insuranceLimiter: local,
    // Beyond the limit the answer is known until the window ends: no need to ask the store again.
    inMemoryBlockOnConsumed: settings.max + 1,
  };
  if ('redisUrl' in store) {
    const client = createClient({
      url: store.redisUrl,
      disableOfflineQueue: true,
      // The socket timeout closes a connection that does not answer; pings keep an idle one from looking like that.
      pingInterval: 1_000,
      socket: { connectTimeout: 2_000, socketTimeout: 2_500 },
    });
    // Without a listener a lost connection would end the process; the client reconnects by itself.
    client.on('error', () => {});
    void client.connect().catch(() => {});
    const limiter = new RateLimiterRedis({ ...options, storeClient: client, useRedisPackage: true });
    return new LibraryRateLimit(settings, new TimeoutLimiter(limiter, local), async () => client.destroy());
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

/** `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10. */
export function rateLimitHeaders(settings: RateLimitSettings, result: RateLimitResult): Record<string, string> {
  return {
    'RateLimit-Policy': `"${settings.name}";q=${settings.max};w=${settings.windowSeconds}`,
    RateLimit: `"${settings.name}";r=${result.remaining};t=${result.resetSeconds}`,
  };
}
