import { type ByteSource, MalformedMediaError } from './byte-source.ts';
import { createOrientationTiff, isHarmlessExif, readOrientation, tiffOfExif } from './exif-tiff.ts';

const exifSignature = Buffer.from('Exif\0\0', 'latin1');
const iccSignature = Buffer.from('ICC_PROFILE\0', 'latin1');
const jfifSignature = Buffer.from('JFIF\0', 'latin1');
const adobeSignature = Buffer.from('Adobe', 'latin1');

/** A header this long is certainly a JPEG's (depth maps in APP1 reach megabytes); from here on there is no way back. */
const maxHeldBytes = 1024 * 1024;

/** What encoders leave of themselves in the comment. Any other comment may be somebody's words. */
const encoderComment = /^(Lav[cf]\d|CREATOR: gd-jpeg|Intel\(R\) |Optimized by JPEGmini|LEAD Technologies|ImageMagick)/;

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const comment = 0xfe;
const app0 = 0xe0;
const app1 = 0xe1;
const app2 = 0xe2;
const app14 = 0xee;

/** Segments that decide what the pixels look like stay; of APPn only those that do, by their signature. */
function staysInFile(marker: number, body: Buffer): boolean {
  const begins = (signature: Buffer) => body.subarray(0, signature.length).equals(signature);
  if (marker === app0) return begins(jfifSignature);
  if (marker === app2) return begins(iccSignature);
  // APP14 says whether the components are YCbCr, RGB or CMYK: without it the colours are wrong.
  if (marker === app14) return begins(adobeSignature);
  if (marker === comment) return encoderComment.test(body.toString('latin1', 0, 64));
  return marker < app0 || marker > 0xef;
}

function orientationSegment(orientation: number): Buffer {
  const body = Buffer.concat([exifSignature, createOrientationTiff(orientation)]);
  const head = Buffer.from([0xff, app1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

type Marker = { raw: Buffer; marker: number };

/** Reads `FF … FF marker`; the fill bytes come back too, so that a kept segment stays as it was. */
function* readMarker(source: ByteSource): Generator<void, Marker, void> {
  let raw = yield* source.take(2);
  if (raw[0] !== 0xff) throw new MalformedMediaError('a marker was expected');
  while (raw[raw.length - 1] === 0xff) {
    if (raw.length > 1024) throw new MalformedMediaError('endless fill bytes');
    raw = Buffer.concat([raw, yield* source.take(1)]);
  }
  return { raw, marker: raw[raw.length - 1] ?? 0 };
}

/** Within compressed data FF 00 is a byte FF, and restart markers belong to it (ITU-T T.81, B.1.1.5). */
function isScanData(second: number): boolean {
  return second === 0 || (second >= 0xd0 && second <= 0xd7);
}

/**
 * Where a marker may begin: at an FF with a marker's second byte behind it, or the last byte there is. Fill bytes before
 * it count as data: they may stand before whatever comes next (B.1.1.2). Asked of whole chunks, because data that is
 * all FF would cost a thousand times as much byte by byte.
 */
function findMarker(bytes: Buffer): number {
  let at = bytes.indexOf(0xff);
  while (at >= 0) {
    const second = bytes[at + 1];
    if (second === undefined || (second !== 0xff && !isScanData(second))) return at;
    at = bytes.indexOf(0xff, second === 0xff ? at + 1 : at + 2);
  }
  return -1;
}

/** Forwards compressed data up to the next true marker, which it leaves to the caller. */
function* forwardScan(source: ByteSource): Generator<void, Marker | null, void> {
  while (yield* source.forwardUntil(findMarker)) {
    let raw = yield* source.takeUpTo(2);
    // A chunk ended within them.
    while (raw.at(-1) === 0xff && raw.length < 1024 && !(yield* source.isAtEnd())) {
      raw = Buffer.concat([raw, yield* source.take(1)]);
    }
    const last = raw.at(-1) ?? 0xff;
    if (raw.length > 1 && last !== 0xff && !isScanData(last)) return { raw, marker: last };
    source.emit(raw);
  }
  source.commit();
  return null;
}

type FileState = { exifSeen: boolean; isChanged: boolean };

/** Reads the segment of a marker and emits it, its replacement, or nothing. */
function* filterSegment(
  source: ByteSource,
  raw: Buffer,
  marker: number,
  state: FileState,
): Generator<void, void, void> {
  const length = yield* source.take(2);
  const bodyBytes = length.readUInt16BE(0) - 2;
  if (bodyBytes < 0) throw new MalformedMediaError('a segment of negative length');
  const body = yield* source.take(bodyBytes);
  const isExif = marker === app1 && body.subarray(0, exifSignature.length).equals(exifSignature);
  const isFirstExif = isExif && !state.exifSeen;
  state.exifSeen ||= isExif;
  if (staysInFile(marker, body) || (isFirstExif && isHarmlessExif(tiffOfExif(body)))) {
    source.emit(Buffer.concat([raw, length, body]));
    return;
  }
  state.isChanged = true;
  const orientation = isFirstExif ? readOrientation(tiffOfExif(body)) : 1;
  if (orientation !== 1) source.emit(orientationSegment(orientation));
}

/**
 * What follows the image goes with the rest of the metadata, or when it is a film or a further image itself. Behind a
 * file that says nothing else it is padding of no meaning to us, and stays.
 */
function* filterTrailer(source: ByteSource, state: FileState): Generator<void, void, void> {
  const head = yield* source.takeUpTo(12);
  const isFilm = head.toString('latin1', 4, 8) === 'ftyp';
  const isImage = head[0] === 0xff && head[1] === startOfImage;
  if (state.isChanged || isFilm || isImage) {
    yield* source.discard(Number.POSITIVE_INFINITY);
  } else {
    source.emit(head);
    yield* source.forward(Number.POSITIVE_INFINITY);
  }
}

/**
 * Removes Exif, XMP, IPTC, comments, makers' segments and with them everything after the image (further images of an
 * MPF file, the film of a motion photo, makers' trailers). Pixels, colour profile and orientation stay exactly as they
 * were, and so does every byte of a file that has none of these.
 */
export function* stripJpeg(source: ByteSource): Generator<void, void, void> {
  const start = yield* source.take(2);
  if (start[0] !== 0xff || start[1] !== startOfImage) throw new MalformedMediaError('not a JPEG');
  source.emit(start);
  const state: FileState = { exifSeen: false, isChanged: false };
  let scanSeen = false;
  let next: Marker | null = yield* readMarker(source);
  while (next) {
    const { raw, marker }: Marker = next;
    if (marker === endOfImage) {
      if (!scanSeen) throw new MalformedMediaError('no image');
      source.emit(raw);
      yield* filterTrailer(source, state);
      return;
    }
    if (marker === 0 || marker === startOfImage) throw new MalformedMediaError('an impossible marker');
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) source.emit(raw);
    else yield* filterSegment(source, raw, marker, state);
    scanSeen = scanSeen || marker === startOfScan;
    if (scanSeen || source.heldBytes > maxHeldBytes) source.commit();
    next = marker === startOfScan ? yield* forwardScan(source) : yield* readMarker(source);
  }
}
