import libheif from 'libheif-js/wasm-bundle.js';
import { RenditionError } from './rendition-error.ts';

export type DecodedPicture = {
  width: number;
  height: number;
  /** RGBA, upright. */
  pixels: Buffer;
  hasAlpha: boolean;
};

/**
 * Decodes the picture that the file calls its own (`pitm`, ISO/IEC 14496-12, 8.11.4), which need not be its first. The
 * size is checked before the pixels are made.
 * @throws RenditionError `unreadable` or `too-many-pixels`.
 */
export async function decodeHeic(file: Buffer, maxPixels: number): Promise<DecodedPicture> {
  const images = new libheif.HeifDecoder().decode(file);
  const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
  if (!image) throw new RenditionError('unreadable', 'no picture in the file');
  const [width, height] = [image.get_width(), image.get_height()];
  if (width * height > maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
  if (width < 1 || height < 1) throw new RenditionError('unreadable', 'an empty picture');
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  const decoded = await new Promise<{ data: Uint8ClampedArray } | null>((resolve) => image.display(target, resolve));
  const hasAlpha = image.has_alpha_channel();
  for (const each of images) each.free();
  if (!decoded) throw new RenditionError('unreadable', 'the picture cannot be decoded');
  const pixels = Buffer.from(decoded.data.buffer, decoded.data.byteOffset, decoded.data.byteLength);
  return { width, height, pixels, hasAlpha };
}
