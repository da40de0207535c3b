import { Readable } from 'node:stream';
import { StorageObjectMissingError, StorageUnavailableError } from '../storage-errors.ts';
import type { ByteRange } from '../types.ts';
import { createAbortError, onAbort } from './abort.ts';
import { countPassingBytes } from './passing-bytes.ts';

/** The answer to one request for bytes. */
export interface RemoteBody {
  body: Readable;
  /** Ends the request and its socket, whatever state it is in. */
  cancel(): void;
}

export interface RemoteReaderSettings {
  /** The bytes that have to come, both ends inclusive; null for none. */
  range: ByteRange | null;
  /** Silence of the storage while bytes are wanted. Silence of the reader does not count: a paused film is no fault. */
  timeoutMs: number;
  /** Asks for the rest after a broken connection. Objects never change, so the halves fit. */
  reopen(rest: ByteRange): Promise<RemoteBody>;
  toStorageError(error: unknown): Error;
}

/** Broken connections in a row, without a byte between them, that one read survives. */
const MAX_RESUMES = 2;

/**
 * Bytes of a remote object, exactly as many as were asked for. What the SDKs hand out ends like a whole file when the
 * server stops early, waits for ever when it freezes, and gives up when the reader pauses longer than the server likes.
 */
export class RemoteReader extends Readable {
  readonly #settings: RemoteReaderSettings;
  #current: RemoteBody | null = null;
  #position: number;
  #remaining: number;
  #resumes = 0;
  #isReopening = false;
  #isWanting = false;
  #timer: NodeJS.Timeout | null = null;
  #forgetSignal: () => void = () => {};
  #ready: { resolve(): void; reject(error: Error): void } | null = null;

  constructor(first: RemoteBody, settings: RemoteReaderSettings) {
    super({ highWaterMark: 128 * 1024 });
    this.#settings = settings;
    this.#position = settings.range?.start ?? 0;
    this.#remaining = settings.range ? settings.range.end - settings.range.start + 1 : 0;
    // Between the resolving of `open` and the reader's first listener an error must not end the process; whoever reads
    // an errored stream later hears of it all the same.
    this.on('error', () => {});
    this.#attach(first);
  }

  /**
   * Resolves with the first byte, or the end of an empty object; then this is a stream like any other.
   * @throws AbortError, StorageUnavailableError when `deadlineMs` go by without one
   */
  async waitForFirstByte(deadlineMs: number, signal?: AbortSignal): Promise<this> {
    const timer = setTimeout(() => this.destroy(new StorageUnavailableError('no first byte in time')), deadlineMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#ready = { resolve, reject };
        this.#forgetSignal = onAbort(signal, () => signal && this.destroy(createAbortError(signal)));
        if (!this.destroyed) this.read(0);
      });
    } finally {
      clearTimeout(timer);
    }
    return this;
  }

  override _read(): void {
    this.#isWanting = true;
    if (this.#current) {
      this.#watchSilence();
      this.#current.body.resume();
    } else {
      this.#reopen();
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#forgetSignal();
    if (this.#timer) clearTimeout(this.#timer);
    // After a whole read the socket goes back to its pool; only a read that was cut short has to lose it.
    if (this.#remaining > 0 || error) this.#detach()?.cancel();
    const ready = this.#ready;
    this.#ready = null;
    if (ready && error) {
      // Whoever waits for the first byte hears of it; there is nobody yet to listen for an `error` event.
      ready.reject(error);
      callback(null);
    } else {
      ready?.reject(new StorageUnavailableError('the read was given up'));
      callback(error);
    }
  }

  #attach(source: RemoteBody): void {
    this.#current = source;
    const { body } = source;
    body.on('data', (chunk: Buffer) => this.#take(source, chunk));
    body.on('end', () => this.#current === source && this.#onEnd());
    // `close` without `end` is how an aborted answer ends when nobody asked for its error.
    body.on('close', () => this.#current === source && this.#onBreak(new Error('the answer ended early')));
    // Stays for good: a late error of a body that was let go must not end the process.
    body.on('error', (error: Error) => this.#current === source && this.#onBreak(error));
    body.pause();
  }

  #detach(): RemoteBody | null {
    const source = this.#current;
    this.#current = null;
    return source;
  }

  #take(source: RemoteBody, chunk: Buffer): void {
    if (this.#current !== source) return;
    this.#timer?.refresh();
    if (chunk.length > this.#remaining) {
      this.destroy(new StorageUnavailableError('the storage sent more than was asked for'));
      return;
    }
    this.#position += chunk.length;
    this.#remaining -= chunk.length;
    this.#resumes = 0;
    countPassingBytes(chunk.length);
    if (!this.push(chunk)) {
      this.#isWanting = false;
      // The end is taken at once, so that the socket is free again while a slow reader still holds the last bytes.
      if (this.#remaining > 0) source.body.pause();
    }
    this.#tellReady();
  }

  #onEnd(): void {
    if (this.#remaining > 0) {
      this.#onBreak(new Error('the answer ended early'));
      return;
    }
    this.#current = null;
    this.push(null);
    this.#tellReady();
  }

  #onBreak(error: Error): void {
    this.#detach()?.cancel();
    if (this.#resumes >= MAX_RESUMES || this.#settings.range === null) {
      this.destroy(this.#settings.toStorageError(error));
      return;
    }
    this.#resumes++;
    // Otherwise the next `_read` asks again: a paused reader needs no connection.
    if (this.#isWanting) this.#reopen();
  }

  #reopen(): void {
    const { range } = this.#settings;
    if (this.#isReopening || this.#remaining === 0 || range === null) return;
    this.#isReopening = true;
    this.#settings.reopen({ start: this.#position, end: range.end }).then(
      (source) => {
        this.#isReopening = false;
        if (this.destroyed) {
          source.body.on('error', () => {});
          source.cancel();
          return;
        }
        this.#attach(source);
        if (this.#isWanting) this._read();
      },
      (error: unknown) => {
        const isMissing = error instanceof StorageObjectMissingError;
        this.destroy(isMissing ? error : this.#settings.toStorageError(error));
      },
    );
  }

  #watchSilence(): void {
    if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    this.#timer = setTimeout(() => {
      if (this.#isWanting && this.#current) this.destroy(new StorageUnavailableError('the storage fell silent'));
    }, this.#settings.timeoutMs);
    this.#timer.unref();
  }

  #tellReady(): void {
    const ready = this.#ready;
    this.#ready = null;
    ready?.resolve();
  }
}
