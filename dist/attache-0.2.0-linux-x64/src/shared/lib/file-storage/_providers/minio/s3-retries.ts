import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { isSilence } from './s3-errors.ts';

type RetryStrategy = Extract<
  NonNullable<S3ClientConfig['retryStrategy']>,
  { refreshRetryTokenForRetry: unknown; acquireInitialRetryToken: unknown }
>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

const MAX_RETRIES = 2;
const BASE_DELAY_MS = 100;
const MAX_DELAY_MS = 1_000;

/**
 * Two retries after a broken connection or a server's own failure, each after a random part of a growing delay (full
 * jitter), so that many waiting requests do not come back as one wave. No retry after silence: a frozen server has used
 * up the time that the caller gave. Unlike the SDK's strategy it has no purse of retries that an outage could empty.
 */
export const s3RetryStrategy: RetryStrategy = {
  async acquireInitialRetryToken() {
    return createToken(0, 0);
  },
  async refreshRetryTokenForRetry(token, info) {
    const count = token.getRetryCount() + 1;
    if (count > MAX_RETRIES || info.errorType === 'CLIENT_ERROR' || isSilence(info.error)) {
      throw info.error ?? new Error('no retry');
    }
    return createToken(count, Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 4 ** count));
  },
  recordSuccess() {},
};

function createToken(count: number, delayMs: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delayMs };
}
