/** A buffer of one part, or a smaller one that nobody counts. Its owner releases it once the bytes are needed no more. */
export class PartBuffer {
  readonly bytes: Buffer;
  /** The storage has it, not the sender: it will come back by itself. */
  isHandedOver = false;
  #isReleased = false;
  readonly #onHandOver: () => void;
  readonly #onRelease: (buffer: PartBuffer, isReusable: boolean) => void;

  constructor(
    bytes: Buffer,
    onHandOver: () => void = () => {},
    onRelease: (buffer: PartBuffer, isReusable: boolean) => void = () => {},
  ) {
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
    this.#onRelease(this, isReusable);
  }
}

interface Waiting {
  resolve(buffer: PartBuffer): void;
  reject(error: unknown): void;
}

/** How long all buffers may be in the hands of senders before one more is given out. */
const PATIENCE_MS = 50;

/**
 * The memory of all uploads together: `limit` buffers, used again, since left to the garbage collector hundreds of
 * megabytes gather before it looks. Who finds none free waits for a part to arrive in the storage. Only when no part is
 * with the storage, so that nothing will come free but by the senders' doing, is the limit exceeded, one buffer after
 * another: senders who dawdle over a part must not hold up the others.
 */
export class PartBuffers {
  readonly partBytes: number;
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  readonly #waiting: Waiting[] = [];
  #out = 0;
  #handedOver = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(partBytes: number, limit: number) {
    this.partBytes = partBytes;
    this.#limit = limit;
  }

  async take(): Promise<PartBuffer> {
    if (this.#out < this.#limit && this.#waiting.length === 0) return this.#give();
    const waiting = new Promise<PartBuffer>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#watchSenders();
    return waiting;
  }

  /** Sends those who wait away with this error; those who hold a buffer keep it. */
  rejectWaiting(error: unknown): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #give(): PartBuffer {
    this.#out++;
    return new PartBuffer(
      this.#free.pop() ?? Buffer.allocUnsafeSlow(this.partBytes),
      () => this.#handedOver++,
      (buffer, isReusable) => this.#takeBack(buffer, isReusable),
    );
  }

  #takeBack(buffer: PartBuffer, isReusable: boolean): void {
    this.#out--;
    if (buffer.isHandedOver) this.#handedOver--;
    if (isReusable && this.#out + this.#free.length < this.#limit) this.#free.push(buffer.bytes);
    if (this.#waiting.length > 0 && this.#out < this.#limit) this.#waiting.shift()?.resolve(this.#give());
    this.#watchSenders();
  }

  #watchSenders(): void {
    if (this.#timer || this.#waiting.length === 0 || this.#handedOver > 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#handedOver === 0 && this.#waiting.length > 0) this.#waiting.shift()?.resolve(this.#give());
      this.#watchSenders();
    }, PATIENCE_MS);
  }
}
