import { PartBuffer, type PartBuffers } from './part-buffers.ts';

export interface UploadPart {
  /** From 1, as S3 counts. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
  /** To be called by whoever got the part; see `PartBuffer`. */
  release(isReusable: boolean): void;
}

/** Most files are far smaller than a part, and a large buffer for each of them costs more than its bytes. */
const FIRST_BUFFER_BYTES = 128 * 1024;

/** Cuts a stream into parts of one length, the last one shorter; an empty stream is one empty part. */
export async function* cutIntoParts(body: AsyncIterable<Uint8Array>, buffers: PartBuffers): AsyncGenerator<UploadPart> {
  const { partBytes } = buffers;
  let number = 1;
  let buffer = new PartBuffer(Buffer.allocUnsafeSlow(Math.min(FIRST_BUFFER_BYTES, partBytes)));
  let filled = 0;
  try {
    for await (const chunk of body) {
      let taken = 0;
      while (taken < chunk.byteLength) {
        // Only now, with a byte beyond it in hand, is it known that a full part is not the last one.
        if (filled === partBytes) {
          yield handOver(buffer, number, filled, false);
          number++;
          buffer = await buffers.take();
          filled = 0;
        }
        const piece = chunk.subarray(taken, taken + partBytes - filled);
        if (filled + piece.byteLength > buffer.bytes.length) {
          const whole = await buffers.take();
          buffer.bytes.copy(whole.bytes, 0, 0, filled);
          buffer = whole;
        }
        buffer.bytes.set(piece, filled);
        filled += piece.byteLength;
        taken += piece.byteLength;
      }
    }
    yield handOver(buffer, number, filled, true);
  } finally {
    // Of a part that was never handed over, because the sender failed or nobody wants more.
    if (!buffer.isHandedOver) buffer.release(true);
  }
}

function handOver(buffer: PartBuffer, number: number, filled: number, isLast: boolean): UploadPart {
  buffer.handOver();
  return {
    number,
    bytes: buffer.bytes.subarray(0, filled),
    isLast,
    release: (isReusable) => buffer.release(isReusable),
  };
}
