export interface UploadPart {
  /** From 1, as S3 counts. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
}

/** Most files are far smaller than a part, and a large buffer for each of them costs more than its bytes. */
const FIRST_BUFFER_BYTES = 128 * 1024;

/** Cuts a stream into parts of `partBytes`, the last one shorter; an empty stream is one empty part. */
export async function* cutIntoParts(body: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<UploadPart> {
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
        buffer = Buffer.allocUnsafeSlow(partBytes);
        filled = 0;
      }
      const piece = chunk.subarray(taken, taken + partBytes - filled);
      if (filled + piece.byteLength > buffer.length)
        buffer = grow(buffer, filled, filled + piece.byteLength, partBytes);
      buffer.set(piece, filled);
      filled += piece.byteLength;
      taken += piece.byteLength;
    }
  }
  yield { number, bytes: buffer.subarray(0, filled), isLast: true };
}

function grow(buffer: Buffer, filled: number, neededBytes: number, partBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(neededBytes, buffer.length * 4)));
  buffer.copy(larger, 0, 0, filled);
  return larger;
}
