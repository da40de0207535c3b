export interface UploadPart {
  /** From 1, as S3 counts. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
}

/**
 * Cuts a stream into parts of `partBytes`, the last one shorter; an empty stream is one empty part. Each is copied once
 * into a buffer of its own, whose pages cost nothing until they are filled.
 */
export async function* cutIntoParts(body: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<UploadPart> {
  let number = 1;
  let buffer = Buffer.allocUnsafeSlow(partBytes);
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
      buffer.set(piece, filled);
      filled += piece.byteLength;
      taken += piece.byteLength;
    }
  }
  yield { number, bytes: buffer.subarray(0, filled), isLast: true };
}
