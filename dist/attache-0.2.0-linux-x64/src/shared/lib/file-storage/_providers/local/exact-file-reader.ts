import { close, fstat, open, read, type Stats } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { fileChunks } from '#shared/chunk-pool/chunk-pool.ts';
import { createAbortError, onAbort, throwIfAborted } from '../../_model/abort.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '../../storage-errors.ts';
import type { ByteRange, OpenOptions } from '../../types.ts';
import { toStorageError } from './local-errors.ts';

const openFile = promisify(open);
const statFile = promisify(fstat) as (fd: number) => Promise<Stats>;
const closeFile = promisify(close);

/**
 * Opens a file and reads its first chunk, so that a missing file or a broken disk is known before any header is sent.
 * @throws StorageObjectMissingError, StorageUnavailableError (also when the file is shorter than the range), AbortError
 */
export async function openExactly(file: string, options: OpenOptions): Promise<Readable> {
  throwIfAborted(options.signal);
  const fd = await openFile(file, 'r').catch((error: unknown) => {
    throw toStorageError(error);
  });
  let reader: ExactFileReader | undefined;
  try {
    const stats = await statFile(fd);
    if (!stats.isFile()) throw new StorageObjectMissingError('object missing');
    reader = new ExactFileReader(fd, wantedRange(options.range, stats.size));
    await reader.readFirst();
    throwIfAborted(options.signal);
    reader.endOn(options.signal);
    return reader;
  } catch (error) {
    if (reader) reader.destroy();
    else await closeFile(fd).catch(() => {});
    if (error instanceof StorageObjectMissingError || error instanceof StorageUnavailableError) throw error;
    if (options.signal?.aborted) throw createAbortError(options.signal);
    throw toStorageError(error);
  }
}

function wantedRange(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (!range) return { start: 0, end: sizeBytes - 1 };
  if (range.end >= sizeBytes) throw new StorageUnavailableError('the object is shorter than the range');
  return range;
}

/**
 * Reads exactly one range from a descriptor and closes it with the last byte, before the consumer has taken it.
 * Node's own file stream would not notice a file cut short under it, and cannot be asked for its first bytes.
 */
class ExactFileReader extends Readable {
  readonly #fd: number;
  #position: number;
  #remaining: number;
  #first: Buffer | null = null;
  #isOpen = true;
  #isReading = false;
  #afterRead: (() => void) | null = null;
  #forgetSignal: () => void = () => {};

  constructor(fd: number, range: ByteRange) {
    super({ highWaterMark: fileChunks.chunkBytes });
    this.#fd = fd;
    this.#position = range.start;
    this.#remaining = range.end - range.start + 1;
    // Between the resolving of `open` and the reader's first listener an error must not end the process; whoever reads
    // an errored stream later hears of it all the same.
    this.on('error', () => {});
  }

  async readFirst(): Promise<void> {
    if (this.#remaining > 0) {
      this.#first = await new Promise<Buffer>((resolve, reject) => {
        this.#readChunk((error, chunk) => (error ? reject(error) : resolve(chunk)));
      });
    }
    if (this.#remaining === 0) this.#closeNow(() => {});
  }

  endOn(signal: AbortSignal | undefined): void {
    this.#forgetSignal = onAbort(signal, () => signal && this.destroy(createAbortError(signal)));
  }

  override _read(): void {
    if (this.#first) {
      const chunk = this.#first;
      this.#first = null;
      this.push(chunk);
      if (this.#remaining === 0) this.push(null);
      return;
    }
    if (this.#remaining === 0) {
      this.push(null);
      return;
    }
    this.#readChunk((error, chunk) => {
      if (this.destroyed) return;
      if (error) {
        this.destroy(error);
        return;
      }
      if (this.#remaining === 0) this.#closeNow(() => {});
      this.push(chunk);
      if (this.#remaining === 0) this.push(null);
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#forgetSignal();
    this.#first = null;
    // Closing a descriptor with a read under way would let that read hit whatever file gets the number next.
    const finish = () => this.#closeNow(() => callback(error));
    if (this.#isReading) this.#afterRead = finish;
    else finish();
  }

  #readChunk(done: (error: Error | null, chunk: Buffer) => void): void {
    const wantedBytes = Math.min(fileChunks.chunkBytes, this.#remaining);
    // A small answer must not hold a large buffer.
    const buffer = wantedBytes < fileChunks.chunkBytes / 4 ? Buffer.allocUnsafeSlow(wantedBytes) : fileChunks.take();
    this.#isReading = true;
    read(this.#fd, buffer, 0, wantedBytes, this.#position, (error, bytesRead) => {
      this.#isReading = false;
      this.#position += bytesRead ?? 0;
      this.#remaining -= bytesRead ?? 0;
      if (error) done(toStorageError(error), buffer);
      else if (bytesRead === 0) done(new StorageUnavailableError('the object ended early'), buffer);
      else done(null, bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead));
      this.#afterRead?.();
    });
  }

  #closeNow(done: () => void): void {
    if (!this.#isOpen) {
      done();
      return;
    }
    this.#isOpen = false;
    close(this.#fd, done);
  }
}
