import { Readable } from 'node:stream';
import { createAbortError, onAbort } from './abort.ts';
import { countPassingBytes } from './passing-bytes.ts';

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

  constructor(source: Readable | AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator: AsyncIterator<Uint8Array> = this.#source[Symbol.asyncIterator]();
    const forget = onAbort(this.#signal, () => this.#signal && this.#rejectPending?.(createAbortError(this.#signal)));
    let finished = false;
    try {
      while (true) {
        const result = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
          this.#rejectPending = reject;
          if (this.#interruption) reject(this.#interruption.error);
          else if (this.#signal?.aborted) reject(createAbortError(this.#signal));
          else iterator.next().then(resolve, (error: unknown) => this.#fail(error, reject));
        });
        if (result.done) break;
        this.sizeBytes += result.value.byteLength;
        // Twice: on its way through the form's parser each byte was in several buffers. More often would only make those old.
        countPassingBytes(2 * result.value.byteLength);
        if (result.value.byteLength > 0) yield result.value;
      }
      finished = true;
    } finally {
      forget();
      // Not awaited: see above.
      if (!finished) {
        this.discard();
        void Promise.resolve(iterator.return?.()).catch(() => {});
      }
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
