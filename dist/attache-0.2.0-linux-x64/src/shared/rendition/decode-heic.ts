import libheif from 'libheif-js/wasm-bundle.js';
import { findBox, isoBoxes, readFourCc } from '#shared/metadata-strip/iso-boxes.ts';
import { RenditionError } from './rendition-error.ts';

export type DecodedPicture = {
  width: number;
  height: number;
  /** RGBA, upright. */
  pixels: Buffer;
  /** What the numbers mean as colours; null: sRGB. */
  iccProfile: Buffer | null;
};

/** The colour profile among the picture's properties (ISO/IEC 14496-12, 12.1.5). iPhones write Display P3. */
function findIccProfile(file: Buffer): Buffer | null {
  const meta = findBox(file, 0, file.length, 'meta');
  const properties = meta && findBox(file, meta.bodyStart + 4, meta.end, 'iprp');
  const container = properties && findBox(file, properties.bodyStart, properties.end, 'ipco');
  if (!container) return null;
  for (const box of isoBoxes(file, container.bodyStart, container.end)) {
    const kind = box.type === 'colr' ? readFourCc(file, box.bodyStart) : '';
    if (kind === 'prof' || kind === 'rICC') return file.subarray(box.bodyStart + 4, box.end);
  }
  return null;
}

/**
 * Decodes the main picture of a HEIC file. The size is checked before the pixels are made.
 * @throws RenditionError `unreadable` or `too-many-pixels`.
 */
export async function decodeHeic(file: Buffer, maxPixels: number): Promise<DecodedPicture> {
  const images = new libheif.HeifDecoder().decode(file);
  const [image] = images;
  if (!image) throw new RenditionError('unreadable', 'no picture in the file');
  const [width, height] = [image.get_width(), image.get_height()];
  if (width * height > maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
  if (width < 1 || height < 1) throw new RenditionError('unreadable', 'an empty picture');
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  const decoded = await new Promise<{ data: Uint8ClampedArray } | null>((resolve) => image.display(target, resolve));
  for (const each of images) each.free();
  if (!decoded) throw new RenditionError('unreadable', 'the picture cannot be decoded');
  const pixels = Buffer.from(decoded.data.buffer, decoded.data.byteOffset, decoded.data.byteLength);
  return { width, height, pixels, iccProfile: findIccProfile(file) };
}
