import { S3ServiceException } from '@aws-sdk/client-s3';
import { StorageObjectMissingError, StorageUnavailableError } from '../../storage-errors.ts';

const MISSING_NAMES: ReadonlySet<string> = new Set(['NoSuchKey', 'NotFound']);

/** The object is missing, told by the server. A missing bucket is no missing object. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && MISSING_NAMES.has(error.name);
}

export function toStorageError(error: unknown): Error {
  if (error instanceof StorageObjectMissingError || error instanceof StorageUnavailableError) return error;
  if (isMissing(error)) return new StorageObjectMissingError('object missing', { cause: error });
  return toUnavailable(error);
}

/** As `toStorageError` where nothing can be "missing". The server's own error, which names the bucket, is the cause. */
export function toUnavailable(error: unknown): StorageUnavailableError {
  if (error instanceof StorageUnavailableError) return error;
  const name = error instanceof Error ? error.name : 'unknown error';
  return new StorageUnavailableError(`s3 storage failed (${name})`, { cause: error });
}

/** The server understood and said no: nothing of the request was carried out, nor will it be later. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/** Code of Node's socket layer, `ECONNREFUSED` and the like. */
export function socketCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The server took the request and fell silent. The SDK calls refused and reset connections timeouts too. */
export function isSilence(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return false;
  const code = socketCode(error);
  return code === undefined || code === 'ETIMEDOUT';
}
