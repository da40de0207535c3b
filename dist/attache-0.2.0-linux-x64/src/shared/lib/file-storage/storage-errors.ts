/** The object is not there; the storage itself answered. */
export class StorageObjectMissingError extends Error {
  override readonly name = 'StorageObjectMissingError';
}

/** The storage is down, refuses (permissions, quota) or did not answer in time. `cause` has the driver's own error. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}
