import { crc32 } from 'node:zlib';
import { type ByteSource, MalformedMediaError } from './byte-source.ts';
import { createOrientationTiff, isHarmlessExif, readOrientation, tiffOfExif } from './exif-tiff.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Ancillary chunks that change what is seen (colour, transparency, size, animation) or that programs leave of
 * themselves. All others go, known or not: text, Exif, provenance manifests (caBX), and iDOT, whose offsets are wrong as
 * soon as anything before it went.
 */
const keptChunks = new Set(
  [
    'gAMA',
    'cHRM',
    'sRGB',
    'iCCP',
    'sBIT',
    'bKGD',
    'hIST',
    'tRNS',
    'pHYs',
    'sPLT',
    'cICP',
    'mDCV',
    'mDCv',
    'cLLI',
    'cLLi',
  ].concat(['acTL', 'fcTL', 'fdAT', 'sTER', 'oFFs', 'tIME', 'vpAg', 'caNv']),
);

/** Keywords of texts that name the program that wrote the file, or when; all others are somebody's words. */
const harmlessText = /^(Software|date:(create|modify|timestamp))\0/;

const maxTextBytes = 1024;
const maxExifBytes = 1024 * 1024;
/** Enough to find the next chunk of a picture that was cut: writers make them of 8 to 64 KiB. */
const maxRemnantBytes = 128 * 1024;
const maxHeldBytes = 1024 * 1024;

function isCritical(type: string): boolean {
  return type.charAt(0) === type.charAt(0).toUpperCase();
}

function orientationChunk(orientation: number): Buffer {
  const typed = Buffer.concat([Buffer.from('eXIf', 'latin1'), createOrientationTiff(orientation)]);
  const chunk = Buffer.alloc(typed.length + 8);
  chunk.writeUInt32BE(typed.length - 4, 0);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), typed.length + 4);
  return chunk;
}

/**
 * Drops a chunk of `length` bytes and its checksum, unless it turns out to be harmless; of Exif the orientation
 * survives. Returns whether anything was changed.
 */
function* dropChunk(source: ByteSource, head: Buffer, type: string, length: number): Generator<void, boolean, void> {
  if (type === 'eXIf' && length <= maxExifBytes) {
    const body = yield* source.takeUpTo(length + 4);
    const tiff = tiffOfExif(body.subarray(0, length));
    if (isHarmlessExif(tiff)) {
      source.emit(Buffer.concat([head, body]));
      return false;
    }
    const orientation = readOrientation(tiff);
    if (orientation !== 1) source.emit(orientationChunk(orientation));
  } else if (type === 'tEXt' && length <= maxTextBytes) {
    const body = yield* source.take(length + 4);
    if (harmlessText.test(body.toString('latin1', 0, length))) {
      source.emit(Buffer.concat([head, body]));
      return false;
    }
  } else if (source.heldBytes + length <= maxHeldBytes) {
    yield* source.take(length + 4);
  } else {
    yield* source.discard(length + 4);
  }
  return true;
}

/**
 * Behind a cropped screenshot the rest of the uncropped one may lie (CVE-2023-21036): it goes, as does whatever follows
 * a file that had something to hide. Anything else is padding of no meaning to us, and stays.
 */
function* filterTrailer(source: ByteSource, isChanged: boolean): Generator<void, void, void> {
  source.commit();
  const head = yield* source.takeUpTo(maxRemnantBytes);
  if (isChanged || head.includes('IDAT') || head.includes('IEND')) {
    yield* source.discard(Number.POSITIVE_INFINITY);
  } else {
    source.emit(head);
    yield* source.forward(Number.POSITIVE_INFINITY);
  }
}

/** Removes Exif, texts and all else that is not seen from a PNG or APNG, and with them what follows its end. */
export function* stripPng(source: ByteSource): Generator<void, void, void> {
  const start = yield* source.take(signature.length);
  if (!start.equals(signature)) throw new MalformedMediaError('not a PNG');
  source.emit(start);
  let pixelsSeen = false;
  let isChanged = false;
  for (let index = 0; !(pixelsSeen && (yield* source.isAtEnd())); index += 1) {
    const head = yield* source.take(8);
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type) || length > 0x7fffffff) throw new MalformedMediaError('not a chunk');
    if ((index === 0) !== (type === 'IHDR')) throw new MalformedMediaError('the header is out of place');
    pixelsSeen = pixelsSeen || type === 'IDAT';
    if (isCritical(type) || keptChunks.has(type)) {
      source.emit(head);
      // Nothing is forwarded for good before the pixels begin, unless the chunk is too big to be held.
      if (pixelsSeen || source.heldBytes + length > maxHeldBytes) yield* source.forward(length + 4);
      else source.emit(yield* source.take(length + 4));
    } else {
      isChanged = (yield* dropChunk(source, head, type, length)) || isChanged;
    }
    if (pixelsSeen) source.commit();
    if (type === 'IEND') {
      yield* filterTrailer(source, isChanged);
      return;
    }
  }
}
