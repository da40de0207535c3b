import { StorageObjectMissingError, StorageUnavailableError } from '../../storage-errors.ts';

/** No file of that name can exist: a part of the path is a file, or a legacy name is longer than the disk allows. */
const MISSING_CODES = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

export function isMissing(error: unknown): boolean {
  return MISSING_CODES.has(codeOf(error) ?? '');
}

/** Turns an error of the disk into one of the contract; the disk's own, which names the path, stays in `cause`. */
export function toStorageError(error: unknown): Error {
  if (isMissing(error)) return new StorageObjectMissingError('object missing', { cause: error });
  return toUnavailable(error);
}

/** As `toStorageError` where nothing can be "missing", as in a put. */
export function toUnavailable(error: unknown): StorageUnavailableError {
  const code = codeOf(error);
  return new StorageUnavailableError(`local storage failed${code ? ` (${code})` : ''}`, { cause: error });
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
