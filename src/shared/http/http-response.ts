/** One owner of error code to status for everything that answers HTTP beside tRPC (docs/api.md). */
export const STATUS_OF_ERROR = Object.freeze({
  INVALID_UPLOAD: 400,
  UNAUTHORIZED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  ATTACHMENT_TOO_LARGE: 413,
  ATTACHMENT_TYPE_NOT_ALLOWED: 415,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  STORAGE_UNAVAILABLE: 503,
});

export type HttpErrorCode = keyof typeof STATUS_OF_ERROR;

/** An answer small enough to be built in memory; `send-node.ts` and `send-web.ts` send it. */
export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface ErrorResponseOptions {
  /** For people; never holds a path, a key or an id. */
  message?: string | undefined;
  /** Sent as Retry-After, in whole seconds, at least 1. */
  retryAfterSeconds?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

const DEFAULT_MESSAGES: Readonly<Record<HttpErrorCode, string>> = {
  INVALID_UPLOAD: 'The upload is not in the expected form.',
  UNAUTHORIZED: 'Sign in first.',
  ORIGIN_NOT_ALLOWED: 'Requests from other sites are refused.',
  NOT_FOUND: 'Not found.',
  METHOD_NOT_ALLOWED: 'This address does not know that method.',
  REQUEST_TIMEOUT: 'The request took too long to arrive.',
  ATTACHMENT_TOO_LARGE: 'The file is too large.',
  ATTACHMENT_TYPE_NOT_ALLOWED: 'Files of this type are not accepted.',
  RATE_LIMITED: 'Too many requests. Try again later.',
  INTERNAL_ERROR: 'Something went wrong.',
  STORAGE_UNAVAILABLE: 'The file storage does not answer. Try again later.',
};

/** `{ error: { code, message } }`, never cached, with the status that belongs to the code. */
export function errorResponse(code: HttpErrorCode, options: ErrorResponseOptions = {}): HttpResponse {
  return jsonResponse(
    STATUS_OF_ERROR[code],
    { error: { code, message: options.message ?? DEFAULT_MESSAGES[code] } },
    options.retryAfterSeconds === undefined
      ? options.headers
      : { ...options.headers, 'Retry-After': String(Math.max(1, Math.ceil(options.retryAfterSeconds))) },
  );
}

/** Any JSON answer that must not be kept by a cache. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = JSON.stringify(value);
  return {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(new TextEncoder().encode(body).length),
      'Cache-Control': 'no-store',
      Vary: 'Cookie',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      ...headers,
    },
    body,
  };
}

/**
 * The uniform 404: the one answer for missing, foreign, deleted and malformed alike. Sent as it is, with nothing added that
 * depends on the request, so that the kinds cannot be told apart. Also the answer when the object itself is missing.
 */
export const NOT_FOUND_RESPONSE: HttpResponse = deepFreeze(errorResponse('NOT_FOUND'));

/** No session: the same bytes for every address. */
export const UNAUTHORIZED_RESPONSE: HttpResponse = deepFreeze(errorResponse('UNAUTHORIZED'));

function deepFreeze(answer: HttpResponse): HttpResponse {
  Object.freeze(answer.headers);
  return Object.freeze(answer);
}
