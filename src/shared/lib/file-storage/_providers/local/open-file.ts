import { once } from 'node:events';
import { close, createReadStream, open, read } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { createAbortError, throwIfAborted } from '../../_driver/abort.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '../../storage-errors.ts';
import type { OpenOptions } from '../../types.ts';
import { toStorageError } from './local-errors.ts';

/** Measured over loopback HTTP with files of 50 MB: see docs/decisions/075-createreadstream-and-pipeline-for-downloads.md. */
const CHUNK_BYTES = 128 * 1024;

/**
 * The bytes of a file, of `range` or all of them, once the first are there.
 * @throws StorageObjectMissingError, StorageUnavailableError (also when the file is shorter than the range), AbortError
 */
export async function openFile(file: string, { range, signal }: OpenOptions): Promise<Readable> {
  throwIfAborted(signal);
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw new StorageObjectMissingError('object missing');
    const { start, end } = range ?? { start: 0, end: stats.size - 1 };
    if (end >= stats.size) throw new StorageUnavailableError('the object is shorter than the range');
    if (end < start) return Readable.from([]);
    const stream = createReadStream(file, { start, end, highWaterMark: CHUNK_BYTES, fs: EXACT });
    // Not as an option of the stream: with a signal that has fired already, Node 24 leaves the descriptor open.
    if (signal) addAbortSignal(signal, stream);
    // The first bytes, so that a broken disk can still become a 503.
    await once(stream, 'readable');
    // An error before the reader's first listener must not end the process; whoever reads later hears of it all the same.
    return stream.on('error', () => {});
  } catch (error) {
    if (signal?.aborted) throw createAbortError(signal);
    throw toStorageError(error);
  }
}

/** As `node:fs`, but a file that was cut short under its reader ends with an error. Its end is known, so 0 bytes are one. */
const EXACT = {
  open,
  close,
  read: (
    fd: number,
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead: number, buffer: Buffer) => void,
  ) =>
    read(fd, buffer, offset, length, position, (error, bytesRead, bytes) => {
      if (error) done(toStorageError(error), bytesRead, bytes);
      else if (bytesRead === 0) done(new StorageUnavailableError('the object ended early'), 0, bytes);
      else done(null, bytesRead, bytes);
    }),
};
