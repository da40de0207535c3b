import { type ByteSource, MalformedMediaError } from './byte-source.ts';
import { createNeutralTiff, isHarmlessExif, readOrientation, tiffOfExif } from './exif-tiff.ts';

const imageChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const maxExifBytes = 1024 * 1024;

/** Writers that do not know the length in advance leave one of these in the RIFF header. */
const unknownLengths = new Set([0, 0xffffffff]);

function neutralExif(body: Buffer): Buffer {
  const tiff = tiffOfExif(body);
  if (isHarmlessExif(tiff)) return body;
  const prefix = body.subarray(0, body.length - tiff.length);
  return Buffer.concat([prefix, createNeutralTiff(tiff.length, readOrientation(tiff))]);
}

function* filterChunk(source: ByteSource, type: string, length: number): Generator<void, void, void> {
  if (imageChunks.has(type)) {
    yield* source.forward(length);
  } else if (type === 'EXIF' && length <= maxExifBytes) {
    const body = yield* source.takeUpTo(length);
    source.emit(neutralExif(body));
  } else {
    const filler = type === 'XMP ' ? 0x20 : 0;
    yield* source.forward(length, (piece) => Buffer.alloc(piece.length, filler));
  }
}

/**
 * Blanks Exif, XMP and unknown chunks of a WebP and drops what follows its end.
 *
 * The total length and the flags stand at the front and have left when the metadata, which stands at the back, arrives.
 * So the chunks keep their place and size: Exif becomes a block that says the orientation and nothing else, XMP becomes
 * spaces, and both flags stay true. Removing the chunks would need the whole file in memory.
 */
export function* stripWebp(source: ByteSource): Generator<void, void, void> {
  const head = yield* source.take(12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP') {
    throw new MalformedMediaError('not a WebP');
  }
  source.emit(head);
  const riffBytes = head.readUInt32LE(4);
  const end = unknownLengths.has(riffBytes) ? Number.POSITIVE_INFINITY : 8 + riffBytes;
  while (source.position + 8 <= end && !(yield* source.isAtEnd())) {
    const chunkHead = yield* source.take(8);
    const type = chunkHead.toString('latin1', 0, 4);
    if (!/^[\x20-\x7e]{4}$/.test(type)) throw new MalformedMediaError('not a chunk');
    const length = chunkHead.readUInt32LE(4);
    source.emit(chunkHead);
    yield* filterChunk(source, type, Math.min(length, end - source.position));
    // Chunks begin at even offsets; the pad byte is not counted in the length.
    if (length % 2 === 1 && source.position < end) source.emit(yield* source.takeUpTo(1));
    source.commit();
  }
  yield* source.discard(Number.POSITIVE_INFINITY);
}
