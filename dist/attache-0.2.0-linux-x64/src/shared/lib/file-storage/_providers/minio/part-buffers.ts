/** A buffer of one part, or a smaller one that nobody counts. Its owner releases it once the bytes are needed no more. */
export class PartBuffer {
  readonly bytes: Buffer;
  /** The storage has it, not the sender: it will come back by itself. */
  isHandedOver = false;
  #isReleased = false;
  readonly #onHandOver: () => void;
  readonly #onRelease: (isReusable: boolean) => void;

  constructor(bytes: Buffer, onHandOver: () => void = () => {}, onRelease: (isReusable: boolean) => void = () => {}) {
    this.bytes = bytes;
    this.#onHandOver = onHandOver;
    this.#onRelease = onRelease;
  }

  handOver(): void {
    if (this.isHandedOver) return;
    this.isHandedOver = true;
    this.#onHandOver();
  }

  /**
   * A second call does nothing.
   * @param isReusable only when the part has arrived: after a failure the socket may still be reading from it
   */
  release(isReusable: boolean): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#onRelease(isReusable);
  }
}

interface Waiting {
  resolve(buffer: PartBuffer): void;
  reject(error: unknown): void;
}

/** A sender who fills a part faster than this (1 MB/s) counts; the bytes of a slower one come seldom anyway. */
const PATIENCE_MS = 5_000;

/**
 * The memory of all uploads together: `limit` buffers, used again, since left to the garbage collector hundreds of
 * megabytes gather before it looks. Who finds none free waits for a part to arrive in the storage. A sender who dawdles
 * over a part must not hold up the others: after a while their buffer no longer counts.
 */
export class PartBuffers {
  readonly partBytes: number;
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  readonly #waiting: Waiting[] = [];
  #counted = 0;

  constructor(partBytes: number, limit: number) {
    this.partBytes = partBytes;
    this.#limit = limit;
  }

  async take(): Promise<PartBuffer> {
    if (this.#counted < this.#limit) return this.#give();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Sends those who wait away with this error; those who hold a buffer keep it. */
  rejectWaiting(error: unknown): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #give(): PartBuffer {
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.partBytes);
    let isCounted = true;
    this.#counted++;
    const uncount = () => {
      if (isCounted) this.#counted--;
      isCounted = false;
    };
    const patience = setTimeout(() => {
      uncount();
      this.#serveNext();
    }, PATIENCE_MS);
    patience.unref();
    return new PartBuffer(
      bytes,
      () => clearTimeout(patience),
      (isReusable) => {
        clearTimeout(patience);
        uncount();
        if (isReusable && this.#counted + this.#free.length < this.#limit) this.#free.push(bytes);
        this.#serveNext();
      },
    );
  }

  #serveNext(): void {
    if (this.#waiting.length > 0 && this.#counted < this.#limit) this.#waiting.shift()?.resolve(this.#give());
  }
}
