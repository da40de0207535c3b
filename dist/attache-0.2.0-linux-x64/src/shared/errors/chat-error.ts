/** The answers of CONTRACT.md 4, and the two that uploads add. Their HTTP and tRPC forms are mapped at the edges. */
export type ChatErrorCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'CONFLICT'
  | 'TOO_MANY_REQUESTS'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'SERVICE_UNAVAILABLE';

/** A refusal whose message may be shown to the caller: it never names a storage path, a table or another person. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  readonly retryAfterSeconds: number | null;

  constructor(code: ChatErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** Missing and "not yours" are one answer, so that an id can not be probed. */
export function notFound(what: 'dialog' | 'message' | 'attachment' | 'person'): ChatError {
  return new ChatError('NOT_FOUND', `No such ${what}.`);
}
