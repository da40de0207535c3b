import { isStorageError, type StorageError } from '@supabase/storage-js';
import { StorageObjectMissingError, StorageUnavailableError } from '../../storage-errors.ts';

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

export function toStorageError(error: unknown): Error {
  if (error instanceof StorageObjectMissingError || error instanceof StorageUnavailableError) return error;
  if (isMissing(error)) return new StorageObjectMissingError('object missing', { cause: error });
  return toUnavailable(error);
}

/** As `toStorageError` where nothing can be "missing". The storage's own error is the cause. */
export function toUnavailable(error: unknown): StorageUnavailableError {
  const cause = causeOf(error);
  if (cause instanceof StorageUnavailableError) return cause;
  const code = (isStorageError(error) && trueCode(error)) || nameOf(cause);
  return new StorageUnavailableError(`supabase storage failed (${code})`, { cause });
}

/** As text: the storage's own errors have text there, those of its framework a number, whatever the library's type says. */
export function trueCode(error: StorageError): string | undefined {
  return error.statusCode === undefined ? undefined : String(error.statusCode);
}

/** What went wrong below: storage-js wraps whatever its fetch throws. */
export function causeOf(error: unknown): unknown {
  if (isStorageError(error) && 'originalError' in error) return error.originalError;
  return error;
}

/** The data of an answer of storage-js. @throws its error */
export function requireData<Data>(answer: { data: Data; error: null } | { data: null; error: StorageError }): Data {
  if (answer.error) throw answer.error;
  return answer.data;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
