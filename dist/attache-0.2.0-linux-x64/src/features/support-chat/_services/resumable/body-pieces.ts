/**
 * A body taken piece by piece. Each piece ends after so many bytes or so much time and is stored before the next one is
 * read, so that a server that is killed loses a piece and not the upload.
 */
export class BodyPieces {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #pending: Promise<void> | null = null;
  #rest: Uint8Array | null = null;
  #hasEnded = false;
  #failure: { error: unknown } | null = null;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Waits for bytes; false when the body has ended. @throws what the source threw, once the bytes before it are taken */
  async hasMore(): Promise<boolean> {
    while (this.#rest === null && !this.#hasEnded) await this.#pull();
    if (this.#rest === null && this.#failure !== null) throw this.#failure.error;
    return this.#rest !== null;
  }

  /** At most `maxBytes`, for at most `maxMs`. */
  async *piece(maxBytes: number, maxMs: number): AsyncGenerator<Uint8Array> {
    let left = maxBytes;
    const deadline = performance.now() + maxMs;
    while (left > 0) {
      while (this.#rest === null && !this.#hasEnded) {
        if (!(await this.#pullUntil(deadline))) return;
      }
      const bytes = this.#rest;
      if (bytes === null) return;
      this.#rest = bytes.length > left ? bytes.subarray(left) : null;
      const taken = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= taken.length;
      yield taken;
    }
  }

  /** A read that outlasts a piece belongs to the next one. */
  #pull(): Promise<void> {
    this.#pending ??= this.#read().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #read(): Promise<void> {
    try {
      const { done, value } = await this.#iterator.next();
      if (done) this.#hasEnded = true;
      else if (value.length > 0) this.#rest = value;
    } catch (error) {
      this.#hasEnded = true;
      this.#failure = { error };
    }
  }

  /** False when the time was over first. */
  async #pullUntil(deadline: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
    });
    try {
      return await Promise.race([this.#pull().then(() => true), time]);
    } finally {
      clearTimeout(timer);
    }
  }
}
