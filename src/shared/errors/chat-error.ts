/** The errors of docs/api.md. Their HTTP and tRPC forms are mapped at the edges. */
export type ChatErrorCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'CONFLICT'
  | 'TOO_MANY_REQUESTS'
  | 'REQUEST_TIMEOUT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'SERVICE_UNAVAILABLE';

export interface ChatErrorOptions {
  cause?: unknown;
  retryAfterSeconds?: number;
  headers?: Readonly<Record<string, string>>;
}

/** A refusal whose message may be shown to the caller: it never names a storage path, a table or another person. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  readonly retryAfterSeconds: number | null;
  /** Fields of the HTTP response beside `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ChatErrorCode, message: string, options: ChatErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.headers = options.headers ?? {};
  }
}

/** Missing and "not yours" are one answer, so that an id can not be probed. */
export function notFound(what: 'conversation' | 'message' | 'attachment' | 'person'): ChatError {
  return new ChatError('NOT_FOUND', `No such ${what}.`);
}
