import { Readable } from 'node:stream';
import { storageTimeout } from '../storage-errors.ts';
import { createAbortError, onAbort } from './abort.ts';

/** What a storage may take at the end for making durable, or passing on, all it was given. */
const SLOWEST_BYTES_PER_MS = 10 * 1024;

/**
 * The bytes of a put on their way into a driver: counts them, remembers an error of the sender's (so that it is not
 * taken for one of the storage), and never hangs on a sender that fell silent. The last is why drivers do not iterate
 * the body themselves: `return()` of an async generator waits for the pending `next()`, so an aborted put of a stuck
 * client would never end.
 */
export class PutBody implements AsyncIterable<Uint8Array> {
  sizeBytes = 0;
  /** Set when the sender failed; `put` rethrows it unchanged. */
  failure: { error: unknown } | null = null;
  readonly #source: Readable | AsyncIterable<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #rejectPending: ((error: unknown) => void) | null = null;
  #interruption: { error: unknown } | null = null;
  /** Since when the storage has had what the sender gave; null while the sender is waited for. */
  #givenAt: number | null = null;
  #isWhole = false;

  constructor(source: Readable | AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator: AsyncIterator<Uint8Array> = this.#source[Symbol.asyncIterator]();
    const forget = onAbort(this.#signal, () => this.#signal && this.#rejectPending?.(createAbortError(this.#signal)));
    try {
      while (true) {
        this.#givenAt = null;
        const result = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
          this.#rejectPending = reject;
          if (this.#interruption) reject(this.#interruption.error);
          else if (this.#signal?.aborted) reject(createAbortError(this.#signal));
          else iterator.next().then(resolve, (error: unknown) => this.#fail(error, reject));
        });
        this.#givenAt = performance.now();
        if (result.done) break;
        this.sizeBytes += result.value.byteLength;
        if (result.value.byteLength > 0) yield result.value;
      }
      this.#isWhole = true;
    } finally {
      forget();
      // Not awaited: see above.
      if (!this.#isWhole) {
        this.discard();
        void Promise.resolve(iterator.return?.()).catch(() => {});
      }
    }
  }

  /**
   * Resolves as `storing` does. @throws StorageUnavailableError when the storage, which cannot be told to stop, takes
   * no further piece for `timeoutMs`, or does not get done with what it was given.
   */
  async untilStored<Result>(storing: Promise<Result>, timeoutMs: number): Promise<Result> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      const allowedMs = timeoutMs + (this.#isWhole ? this.sizeBytes / SLOWEST_BYTES_PER_MS : 0);
      if (this.#givenAt !== null && performance.now() - this.#givenAt > allowedMs) reject(storageTimeout());
    }, timeoutMs / 10);
    try {
      return await Promise.race([storing, late]);
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * The error that `put` has to throw for `error`: the caller's abort or the sender's failure where one of them is the
   * true cause, else what the driver makes of it.
   */
  explain(error: unknown, toStorageError: (error: unknown) => Error): unknown {
    if (this.#signal?.aborted) return createAbortError(this.#signal);
    if (this.failure) return this.failure.error;
    return error instanceof TypeError ? error : toStorageError(error);
  }

  /** Ends the reading with this error at once, also while it waits for a sender that has fallen silent. */
  interrupt(error: unknown): void {
    this.#interruption ??= { error };
    this.#rejectPending?.(error);
  }

  /** Ends a body that nobody will read on: its error, if one is still to come, must not go unheard and end the process. */
  discard(): void {
    if (this.#source instanceof Readable) this.#source.on('error', () => {}).destroy();
  }

  #fail(error: unknown, reject: (error: unknown) => void): void {
    if (!this.#signal?.aborted && !this.#interruption) this.failure ??= { error };
    reject(error);
  }
}
