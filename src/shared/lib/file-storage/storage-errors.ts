/** The object is not there; the storage itself answered. */
export class StorageObjectMissingError extends Error {
  override readonly name = 'StorageObjectMissingError';
}

/**
 * Why a storage does not serve. `full`: no space or quota. `refused`: permissions, keys, a missing bucket. `timeout`: it
 * took the request and fell silent. `unreachable`: nothing answers at its address, or the connection broke.
 */
export type StorageFailure = 'full' | 'refused' | 'timeout' | 'unreachable' | 'failed';

/** The storage does not serve: `reason` says why, `cause` has the driver's own error. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
  readonly reason: StorageFailure;
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { cause?: unknown; reason?: StorageFailure; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.reason = options.reason ?? 'failed';
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}

/** The storage fell silent. */
export function storageTimeout(cause?: unknown): StorageUnavailableError {
  return new StorageUnavailableError('the storage did not answer in time', { reason: 'timeout', cause });
}
