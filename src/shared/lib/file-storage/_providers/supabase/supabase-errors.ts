import { isStorageError, type StorageError } from '@supabase/storage-js';
import { createErrorMapping } from '../../_driver/error-mapping.ts';
import { socketCode } from '../../_remote/socket-code.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';

/**
 * The object is missing, told by the storage itself. Its HTTP status is 400 for nearly everything, so the true code is
 * `statusCode`; and a gateway with a wrong address, or a storage without the bucket, says 404 as well: only the words
 * of the object's own 404 count ("Object not found", "The resource was not found").
 */
export function isMissing(error: unknown): boolean {
  if (!isStorageError(error) || trueCode(error) !== '404') return false;
  return /\b(object|resource)\b/i.test(error.message) && !/\b(bucket|route)\b/i.test(error.message);
}

/** The storage understood and said no: nothing of the request was carried out, nor will it be later. */
export function isRefusal(error: unknown): boolean {
  const code = isStorageError(error) ? Number(trueCode(error) ?? 0) : 0;
  return code >= 400 && code < 500;
}

export const { toStorageError, toUnavailable } = createErrorMapping('supabase', isMissing, (error) => {
  const cause = causeOf(error);
  if (cause instanceof StorageUnavailableError) return { reason: cause.reason, code: cause.reason };
  // The signal of a call fires also while its body comes.
  if (cause instanceof Error && cause.name === 'TimeoutError') return { reason: 'timeout', code: cause.name };
  const code = socketCode(cause);
  if (code !== undefined) return { reason: 'unreachable', code };
  if (!isStorageError(error)) return { reason: 'failed', code };
  if (/quota/i.test(error.message)) return { reason: 'full', code: trueCode(error) };
  return { reason: isRefusal(error) ? 'refused' : 'failed', code: trueCode(error) };
});

/** As text: the storage's own errors have text there, those of its framework a number, whatever the library's type says. */
export function trueCode(error: StorageError): string | undefined {
  return error.statusCode === undefined ? undefined : String(error.statusCode);
}

/** What went wrong below: storage-js wraps whatever its fetch throws. */
export function causeOf(error: unknown): unknown {
  if (isStorageError(error) && 'originalError' in error) return error.originalError;
  return error;
}
