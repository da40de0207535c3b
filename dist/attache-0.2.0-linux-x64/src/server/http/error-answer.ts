import { ChatError, type ChatErrorCode } from '#shared/errors/chat-error.ts';
import { BodyTooSlowError } from '#shared/http/body-watch.ts';
import { errorAnswer, type HttpAnswer, type HttpErrorCode } from '#shared/http/json-error.ts';
import { MalformedMultipartError } from '#shared/http/read-multipart.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';

const HTTP_CODE: Readonly<Record<ChatErrorCode, HttpErrorCode>> = {
  UNAUTHORIZED: 'UNAUTHORIZED',
  FORBIDDEN: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
  BAD_REQUEST: 'INVALID_UPLOAD',
  CONFLICT: 'INVALID_UPLOAD',
  TOO_MANY_REQUESTS: 'RATE_LIMITED',
  PAYLOAD_TOO_LARGE: 'ATTACHMENT_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'ATTACHMENT_TYPE_NOT_ALLOWED',
  SERVICE_UNAVAILABLE: 'STORAGE_UNAVAILABLE',
};

/** The one place where an error of a route beside tRPC becomes an HTTP answer; null: nothing we know, log it. */
export function toHttpAnswer(error: unknown): HttpAnswer | null {
  if (error instanceof ChatError) {
    const retryAfterSeconds = error.retryAfterSeconds ?? (error.code === 'TOO_MANY_REQUESTS' ? 30 : undefined);
    return errorAnswer(HTTP_CODE[error.code], {
      message: error.message,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
  if (error instanceof MalformedMultipartError) return errorAnswer('INVALID_UPLOAD', { message: error.message });
  if (error instanceof BodyTooSlowError) return errorAnswer('REQUEST_TIMEOUT', { message: error.message });
  if (error instanceof StorageUnavailableError) {
    return errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds: error.retryAfterSeconds });
  }
  return null;
}
