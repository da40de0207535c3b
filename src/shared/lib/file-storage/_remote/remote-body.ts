import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { createAbortError, onAbort } from '../_driver/abort.ts';
import { StorageUnavailableError, storageTimeout } from '../storage-errors.ts';
import type { ByteRange } from '../types.ts';

export interface RemoteBodyOptions {
  /** What was asked for. */
  range: ByteRange | undefined;
  /** Values of Content-Length and Content-Range. */
  contentLength: number | undefined;
  contentRange: string | undefined;
  /** Silence of the storage while bytes are wanted. Silence of the reader does not count: a paused video is no fault. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
  toStorageError(error: unknown): Error;
}

/**
 * The body of a storage's response as a stream of the contract: with the storage's errors, an end when the storage falls
 * silent, and exactly the bytes that were asked for. For the last the head is enough: Node fails a body that ends before
 * its Content-Length. Resolves with the first byte, or the end of an empty object.
 * @throws StorageUnavailableError, AbortError; the socket is closed then
 */
export async function openRemoteBody(source: Readable, options: RemoteBodyOptions): Promise<Readable> {
  const { signal, timeoutMs, toStorageError } = options;
  const body = new PassThrough();
  const timer = setTimeout(() => {
    // Full: it is the reader who is silent.
    if (body.writableNeedDrain) timer.refresh();
    else body.destroy(storageTimeout());
  }, timeoutMs);
  const forget = onAbort(signal, () => signal && body.destroy(createAbortError(signal)));
  body.on('drain', () => timer.refresh());
  // An error before the reader's first listener must not end the process; whoever reads later hears of it all the same.
  body.on('error', () => {});
  body.once('close', () => {
    clearTimeout(timer);
    forget();
    source.destroy();
  });
  source.on('data', () => timer.refresh());
  source.once('end', () => clearTimeout(timer));
  source.on('error', (error) => body.destroy(toStorageError(error)));
  if (sendsWhatWasAsked(options)) source.pipe(body);
  else body.destroy(new StorageUnavailableError('the storage sent another range than was asked for'));
  await once(body, 'readable');
  return body;
}

/** A Content-Length is needed in any case: without one, an end that comes early looks like any other. */
function sendsWhatWasAsked({ range, contentLength, contentRange }: RemoteBodyOptions): boolean {
  if (contentLength === undefined) return false;
  if (!range) return true;
  return contentRange?.startsWith(`bytes ${range.start}-${range.end}/`) === true;
}
