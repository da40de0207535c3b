import { type StorageFailure, StorageObjectMissingError, StorageUnavailableError } from '../storage-errors.ts';

export interface ErrorMapping {
  /** An error of the contract for any of the driver's. */
  toStorageError(error: unknown): Error;
  /** As `toStorageError` where nothing can be "missing", as in a put. */
  toUnavailable(error: unknown): StorageUnavailableError;
}

/**
 * How the errors of one storage become those of the contract. The storage's own, which names paths, buckets and
 * addresses, stays in `cause`; the message has the driver, the reason and a code.
 */
export function createErrorMapping(
  driver: string,
  isMissing: (error: unknown) => boolean,
  describe: (error: unknown) => { reason: StorageFailure; code: string | undefined },
): ErrorMapping {
  const toUnavailable = (error: unknown) => {
    if (error instanceof StorageUnavailableError) return error;
    const { reason, code = error instanceof Error ? error.name : 'unknown error' } = describe(error);
    return new StorageUnavailableError(`${driver} storage ${reason} (${code})`, { cause: error, reason });
  };
  const toStorageError = (error: unknown) => {
    if (error instanceof StorageObjectMissingError) return error;
    return isMissing(error) ? new StorageObjectMissingError('object missing', { cause: error }) : toUnavailable(error);
  };
  return { toStorageError, toUnavailable };
}
