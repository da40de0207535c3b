import { ChatError } from '#shared/errors/chat-error.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import { type RateLimit, rateLimitHeaders } from '#shared/rate-limit/rate-limit.ts';

export interface DownloadGuardParts {
  rateLimit: RateLimit;
  /** Downloads that one user may have open at once, in this process. */
  maxOpenPerUser: number;
  metrics: Pick<Metrics, 'limiterErrors'>;
}

/** The one place where downloads are limited: how many a user starts in a while, and how many are open at once. */
export class DownloadGuard {
  readonly #parts: DownloadGuardParts;
  readonly #openByUser = new Map<string, number>();
  #open = 0;

  constructor(parts: DownloadGuardParts) {
    this.#parts = parts;
  }

  /** Downloads open in this process. */
  get open(): number {
    return this.#open;
  }

  /** Counts a request. @throws ChatError TOO_MANY_REQUESTS */
  async count(userId: string, clientAddress: string): Promise<void> {
    const { rateLimit, metrics } = this.#parts;
    const result = await rateLimit.consume(`${userId}:${clientAddress}`).catch(() => {
      // The counter has an insurance of its own; if even that fails, reading one's files matters more.
      metrics.limiterErrors.inc();
      return null;
    });
    if (result === null || result.allowed) return;
    throw tooMany(result.resetSeconds, rateLimitHeaders(rateLimit.settings, result));
  }

  /** Returns the release, safe to call more than once. @throws ChatError TOO_MANY_REQUESTS when too many are open */
  takeSlot(userId: string): () => void {
    const { maxOpenPerUser } = this.#parts;
    const taken = this.#openByUser.get(userId) ?? 0;
    if (taken >= maxOpenPerUser) {
      throw tooMany(1, {
        'RateLimit-Policy': `"attachment-downloads-open";q=${maxOpenPerUser}`,
        RateLimit: '"attachment-downloads-open";r=0;t=1',
      });
    }
    this.#openByUser.set(userId, taken + 1);
    this.#open += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#open -= 1;
      const left = (this.#openByUser.get(userId) ?? 1) - 1;
      if (left > 0) this.#openByUser.set(userId, left);
      else this.#openByUser.delete(userId);
    };
  }
}

function tooMany(retryAfterSeconds: number, headers: Record<string, string>): ChatError {
  return new ChatError('TOO_MANY_REQUESTS', 'Too many requests. Try again later.', { retryAfterSeconds, headers });
}
