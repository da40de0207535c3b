export interface UploadPart {
  /** From 1, as S3 counts. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
}

const KEPT_BUFFERS = 8;

/** Buffers of whole parts, used again: left to the garbage collector, hundreds of megabytes gather before it looks. */
export class PartBuffers {
  readonly partBytes: number;
  readonly #free: Buffer[] = [];

  constructor(partBytes: number) {
    this.partBytes = partBytes;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.partBytes);
  }

  /** Only of a part that has arrived: after a failure the socket may still be reading from it. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === this.partBytes && this.#free.length < KEPT_BUFFERS) this.#free.push(buffer);
  }
}

/** Most files are far smaller than a part, and a large buffer for each of them costs more than its bytes. */
const FIRST_BUFFER_BYTES = 128 * 1024;

/** Cuts a stream into parts of one length, the last one shorter; an empty stream is one empty part. */
export async function* cutIntoParts(body: AsyncIterable<Uint8Array>, buffers: PartBuffers): AsyncGenerator<UploadPart> {
  const { partBytes } = buffers;
  let number = 1;
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_BUFFER_BYTES, partBytes));
  let filled = 0;
  for await (const chunk of body) {
    let taken = 0;
    while (taken < chunk.byteLength) {
      // Only now, with a byte beyond it in hand, is it known that a full part is not the last one.
      if (filled === partBytes) {
        yield { number, bytes: buffer, isLast: false };
        number++;
        buffer = buffers.take();
        filled = 0;
      }
      const piece = chunk.subarray(taken, taken + partBytes - filled);
      if (filled + piece.byteLength > buffer.length) buffer = grow(buffer, filled, filled + piece.byteLength, buffers);
      buffer.set(piece, filled);
      filled += piece.byteLength;
      taken += piece.byteLength;
    }
  }
  yield { number, bytes: buffer.subarray(0, filled), isLast: true };
}

function grow(buffer: Buffer, filled: number, neededBytes: number, buffers: PartBuffers): Buffer {
  const size = Math.max(neededBytes, buffer.length * 4);
  const larger = size >= buffers.partBytes ? buffers.take() : Buffer.allocUnsafeSlow(size);
  buffer.copy(larger, 0, 0, filled);
  return larger;
}
