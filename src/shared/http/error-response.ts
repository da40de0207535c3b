import { classifyDatabaseError } from '#shared/db/database-trouble.ts';
import { ChatError, type ChatErrorCode } from '#shared/errors/chat-error.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { BodyTooSlowError } from './body-watch.ts';
import {
  errorResponse,
  type HttpErrorCode,
  type HttpResponse,
  NOT_FOUND_RESPONSE,
  UNAUTHORIZED_RESPONSE,
} from './http-response.ts';
import { MalformedMultipartError } from './read-multipart.ts';

const DATABASE_RETRY_SECONDS = 5;
/** Of a refusal that does not say itself when it may be over. */
const BUSY_RETRY_SECONDS = 30;

/**
 * What an error means to a caller; null: nothing known, a fault of ours. The one owner of this question: procedures and
 * addresses beside them differ only in how they write the answer down.
 */
export function toChatError(error: unknown): ChatError | null {
  if (error instanceof ChatError) return error;
  if (error instanceof MalformedMultipartError) return new ChatError('BAD_REQUEST', error.message);
  if (error instanceof BodyTooSlowError) return new ChatError('REQUEST_TIMEOUT', error.message);
  if (error instanceof StorageObjectMissingError) return new ChatError('NOT_FOUND', 'Not found.', { cause: error });
  if (error instanceof StorageUnavailableError) {
    const { retryAfterSeconds } = error;
    const message = 'The file storage does not answer. Try again later.';
    return new ChatError('SERVICE_UNAVAILABLE', message, { cause: error, retryAfterSeconds });
  }
  if (classifyDatabaseError(error) === null) return null;
  return new ChatError('SERVICE_UNAVAILABLE', 'The service does not answer right now. Try again later.', {
    cause: error,
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
  });
}

const HTTP_CODE: Readonly<Record<Exclude<ChatErrorCode, 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND'>, HttpErrorCode>> = {
  BAD_REQUEST: 'INVALID_UPLOAD',
  CONFLICT: 'INVALID_UPLOAD',
  TOO_MANY_REQUESTS: 'RATE_LIMITED',
  REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  PAYLOAD_TOO_LARGE: 'ATTACHMENT_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'ATTACHMENT_TYPE_NOT_ALLOWED',
  SERVICE_UNAVAILABLE: 'STORAGE_UNAVAILABLE',
};

/** The response of an address beside tRPC. What is not the caller's to see gets the uniform 404. */
export function toHttpResponse(error: ChatError): HttpResponse {
  const { code, message, headers } = error;
  if (code === 'UNAUTHORIZED') return UNAUTHORIZED_RESPONSE;
  if (code === 'FORBIDDEN' || code === 'NOT_FOUND') return NOT_FOUND_RESPONSE;
  const retryAfterSeconds = error.retryAfterSeconds ?? (code === 'TOO_MANY_REQUESTS' ? BUSY_RETRY_SECONDS : undefined);
  return errorResponse(HTTP_CODE[code], { message, headers, retryAfterSeconds });
}
