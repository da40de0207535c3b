import { hasGpsPosition, tiffOfExif } from './exif-tiff.ts';
import { findMetadataItems } from './heif-items.ts';
import { isoBoxes, readFourCc, viewOf } from './iso-boxes.ts';

function containsText(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(bytes).includes(text);
}

/** XMP may repeat the position of the Exif, or be the only one to have it. */
function hasXmpPosition(xmp: Uint8Array): boolean {
  return containsText(xmp, 'GPSLatitude');
}

function jpegHasPlace(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return false;
    const body = bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2));
    if (marker === 0xe1 && (hasGpsPosition(tiffOfExif(body)) || hasXmpPosition(body))) return true;
    at += 2 + view.getUint16(at + 2);
  }
  return false;
}

function pngHasPlace(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const body = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    const type = readFourCc(bytes, at + 4);
    if (type === 'eXIf' && hasGpsPosition(tiffOfExif(body))) return true;
    if (type === 'iTXt' && hasXmpPosition(body)) return true;
  }
  return false;
}

function webpHasPlace(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const body = bytes.subarray(at + 8, at + 8 + length);
    const type = readFourCc(bytes, at);
    if (type === 'EXIF' && hasGpsPosition(tiffOfExif(body))) return true;
    if (type === 'XMP ' && hasXmpPosition(body)) return true;
    at += 8 + length + (length % 2);
  }
  return false;
}

function pictureHasPlace(bytes: Uint8Array, meta: Uint8Array): boolean {
  return (findMetadataItems(meta) ?? []).some((item) => {
    const whole = item.inMetaBox ? meta : bytes;
    const extent = item.extents[0];
    if (!extent || item.extents.length > 1) return false;
    const body = whole.subarray(extent.start, extent.start + extent.bytes);
    if (item.kind === 'xmp') return hasXmpPosition(body);
    // An Exif item begins with the distance to its TIFF header.
    return body.length > 4 && hasGpsPosition(body.subarray(4 + viewOf(body).getUint32(0)));
  });
}

/** Films: a position is text under one of three names, in `udta` or in QuickTime's keys. */
function movieHasPlace(movie: Uint8Array): boolean {
  const boxes = [...isoBoxes(movie, 8, movie.length)].filter((box) => box.type === 'udta' || box.type === 'meta');
  return boxes.some((box) => {
    const body = movie.subarray(box.bodyStart, box.end);
    return ['\xa9xyz', 'loci', 'location.ISO6709'].some((name) => containsText(body, name));
  });
}

function isoFileHasPlace(bytes: Uint8Array): boolean {
  for (const box of isoBoxes(bytes, 0, bytes.length)) {
    const whole = bytes.subarray(box.start, box.end);
    if (box.type === 'meta' && pictureHasPlace(bytes, whole)) return true;
    if (box.type === 'moov' && movieHasPlace(whole)) return true;
  }
  return false;
}

/**
 * Whether a photo or film says where it was taken. Runs in the browser as well; broken files answer false.
 * @param bytes the whole file (JPEG: the first 256 KiB are enough), of a type that `findStrippableFormat` knows.
 */
export function findPhotoPlace(bytes: Uint8Array): boolean {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHasPlace(bytes);
    const start = readFourCc(bytes, 0);
    if (start === '\x89PNG') return pngHasPlace(bytes);
    if (start === 'RIFF') return webpHasPlace(bytes);
    return readFourCc(bytes, 4) === 'ftyp' || readFourCc(bytes, 4) === 'moov' ? isoFileHasPlace(bytes) : false;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
