/** Why no more bytes come. `cut`: the sender went away or was interrupted; what came until then counts. */
export type BodyEnd = 'whole' | 'cut';

type Pulled = { kind: 'bytes'; bytes: Uint8Array } | { kind: 'ended' } | { kind: 'time' };

/**
 * A body taken piece by piece. Each piece ends after so many bytes or so much time and is stored before the next one is
 * read, so that a server that is killed loses a piece and not the upload. A body that is cut off ends its last piece as
 * if it had ended there: those bytes need not be sent again.
 */
export class BodyPieces {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #stopped: Promise<Pulled>;
  readonly #signal: AbortSignal;
  #pending: Promise<Pulled> | null = null;
  #rest: Uint8Array | null = null;
  #end: BodyEnd | null = null;
  /** What ended the body, if it was an error: the sender's, or a limit of ours. */
  failure: unknown = null;

  /** @param signal ends the body where it is */
  constructor(source: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.#iterator = source[Symbol.asyncIterator]();
    this.#signal = signal;
    this.#stopped = new Promise((resolve) => {
      const stop = () => resolve({ kind: 'ended' });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Null while more may come. */
  get end(): BodyEnd | null {
    return this.#rest === null ? this.#end : null;
  }

  /** Waits for bytes; false when the body has ended. */
  async hasMore(): Promise<boolean> {
    while (this.#rest === null && this.#end === null) await this.#pull();
    return this.#rest !== null;
  }

  /** At most `maxBytes`, for at most `maxMs`. */
  async *piece(maxBytes: number, maxMs: number): AsyncGenerator<Uint8Array> {
    let left = maxBytes;
    const deadline = performance.now() + maxMs;
    while (left > 0) {
      while (this.#rest === null && this.#end === null) {
        if (!(await this.#pull(deadline - performance.now()))) return;
      }
      const bytes = this.#rest;
      if (bytes === null) return;
      this.#rest = bytes.length > left ? bytes.subarray(left) : null;
      const taken = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= taken.length;
      yield taken;
    }
  }

  /** False when the time was over first. */
  async #pull(maxMs?: number): Promise<boolean> {
    this.#pending ??= this.#iterator.next().then(
      ({ done, value }): Pulled => (done ? { kind: 'ended' } : { kind: 'bytes', bytes: value }),
      (error: unknown): Pulled => {
        this.failure = error;
        this.#end ??= 'cut';
        return { kind: 'ended' };
      },
    );
    const pulled = await this.#race(this.#pending, maxMs);
    if (pulled.kind === 'time') return false;
    this.#pending = null;
    if (pulled.kind === 'ended') this.#end ??= this.#signal.aborted ? 'cut' : 'whole';
    else if (pulled.bytes.length > 0) this.#rest = pulled.bytes;
    return true;
  }

  async #race(pending: Promise<Pulled>, maxMs: number | undefined): Promise<Pulled> {
    if (maxMs === undefined) return Promise.race([pending, this.#stopped]);
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<Pulled>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'time' }), Math.max(0, maxMs));
    });
    try {
      return await Promise.race([pending, this.#stopped, time]);
    } finally {
      clearTimeout(timer);
    }
  }
}
