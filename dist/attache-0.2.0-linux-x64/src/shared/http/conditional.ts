import { matchesEntityTags } from './etag.ts';
import { parseHttpDate } from './http-date.ts';

/** The request fields that a delivery decision looks at. Node's `request.headers` fits as it is. */
export interface DeliveryRequestHeaders {
  'if-match'?: string | undefined;
  'if-none-match'?: string | undefined;
  'if-modified-since'?: string | undefined;
  'if-unmodified-since'?: string | undefined;
  'if-range'?: string | undefined;
  range?: string | undefined;
}

/** What a file is compared by: a strong entity tag in quotes, and the time it was stored, in milliseconds. */
export interface Validators {
  etag: string;
  lastModifiedMs: number;
}

export type PreconditionResult = 'proceed' | 'not-modified' | 'failed';

/**
 * The preconditions of a GET or HEAD, in the order of RFC 9110, 13.2.2. A date that is none is ignored (13.1.3 and
 * 13.1.4); dates are compared in whole seconds because that is all they can say.
 */
export function evaluatePreconditions(headers: DeliveryRequestHeaders, current: Validators): PreconditionResult {
  const ifMatch = headers['if-match'];
  const ifUnmodifiedSince = headers['if-unmodified-since'];
  if (ifMatch !== undefined) {
    if (!matchesEntityTags(ifMatch, current.etag, 'strong')) return 'failed';
  } else if (ifUnmodifiedSince !== undefined) {
    const since = parseHttpDate(ifUnmodifiedSince);
    if (since !== null && wholeSeconds(current.lastModifiedMs) > wholeSeconds(since)) return 'failed';
  }

  const ifNoneMatch = headers['if-none-match'];
  const ifModifiedSince = headers['if-modified-since'];
  if (ifNoneMatch !== undefined) {
    if (matchesEntityTags(ifNoneMatch, current.etag, 'weak')) return 'not-modified';
  } else if (ifModifiedSince !== undefined) {
    const since = parseHttpDate(ifModifiedSince);
    if (since !== null && wholeSeconds(current.lastModifiedMs) <= wholeSeconds(since)) return 'not-modified';
  }
  return 'proceed';
}

/**
 * Whether Range may be honoured in the light of If-Range: RFC 9110, 13.1.5. A weak tag never matches. The date counts
 * as a strong validator (8.8.2.2) because a stored object never changes, so not twice within one second either.
 */
export function ifRangeHolds(ifRange: string | undefined, current: Validators): boolean {
  if (ifRange === undefined || ifRange === current.etag) return true;
  const since = parseHttpDate(ifRange);
  return since !== null && wholeSeconds(since) === wholeSeconds(current.lastModifiedMs);
}

function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}
