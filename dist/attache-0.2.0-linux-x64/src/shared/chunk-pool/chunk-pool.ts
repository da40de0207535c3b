/**
 * Buffers that file bytes travel through, used again. A fresh one for each chunk costs more than the copying itself
 * (the kernel hands out and zeroes its pages each time, measured at twice the processor time of a 50 MB download), and
 * tens of megabytes of them gather before the garbage collector looks.
 *
 * A buffer that is never given back is simply collected; one that is given back must not be touched any more.
 */
export class ChunkPool {
  readonly chunkBytes: number;
  readonly #maxKept: number;
  readonly #free: ArrayBuffer[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  constructor(settings: { chunkBytes: number; maxKept: number }) {
    this.chunkBytes = settings.chunkBytes;
    this.#maxKept = settings.maxKept;
  }

  /** A buffer of `chunkBytes` with whatever was in it before: the taker sends only what it has written itself. */
  take(): Buffer {
    const bytes = this.#free.pop() ?? new ArrayBuffer(this.chunkBytes);
    this.#lent.add(bytes);
    return Buffer.from(bytes);
  }

  /**
   * To call when the bytes have left for good. Knows its own: a chunk from elsewhere, or one given back already, is
   * left alone.
   */
  giveBack(chunk: Uint8Array): void {
    const bytes = chunk.buffer;
    if (!(bytes instanceof ArrayBuffer) || !this.#lent.delete(bytes)) return;
    if (this.#free.length < this.#maxKept) this.#free.push(bytes);
  }
}

/**
 * Between the local storage and the connections. Measured over loopback HTTP with 50 MB files: 64 KiB 0.7, 256 KiB 0.9
 * and 512 KiB 0.9 times as fast as 128 KiB. A slow reader holds two; 8 MiB are kept for the next.
 */
export const fileChunks = new ChunkPool({ chunkBytes: 128 * 1024, maxKept: 64 });
