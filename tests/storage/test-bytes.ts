import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

export const MIB = 1024 * 1024;

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Random bytes. */
export function someBytes(length: number): Buffer {
  return randomBytes(length);
}

/** A stream of unknown length in chunks of uneven size, as from a network. */
export function streamOf(bytes: Uint8Array, pieceBytes = 60_001): Readable {
  return Readable.from(pieces(bytes, pieceBytes), { objectMode: false });
}

function* pieces(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** `count` chunks of one MiB, then what `after` does: throw, wait forever, or end. */
export async function* mebibytes(count: number, after?: () => Promise<void> | void): AsyncGenerator<Buffer> {
  for (let piece = 0; piece < count; piece++) yield someBytes(MIB);
  await after?.();
}

/** All bytes of a stream. */
export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
