import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { type Cicp, isPlain, toSrgb } from './cicp-to-srgb.ts';
import { type PictureSize, renditionSize } from './picture-size.ts';
import type { ChildResult, MediaFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';

const thumbhashSide = 100;

sharp.cache(false);

export interface Picture {
  /** Width and height as it is seen. */
  facts: MediaFacts & PictureSize;
  /** Of the pixels that `open` gives, where that is another: a page has points, and is drawn as large as is needed. */
  size?: PictureSize;
  /** A pipeline over the original, from its beginning. */
  open: () => Sharp;
  /** The loader decodes no more than a small size needs, so that opening twice costs less than decoding all of it once. */
  shrinksOnLoad?: boolean;
  /** Left out: sRGB, or what a profile in the file says. */
  colours?: Cicp | null;
  /** All frames, for the preview of an animation; `original`: every browser moves the file itself, it needs no preview. */
  moving?: Sharp | 'original' | null;
}

interface Pixels {
  data: Buffer;
  info: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/**
 * Writes `thumbnail.webp`, tells of it, and then writes `preview.webp`. Both are upright and in sRGB; sharp writes no
 * metadata unless told to.
 */
export async function writeRenditions(job: RenditionJob, picture: Picture): Promise<ChildResult> {
  const { facts, size = facts, moving, shrinksOnLoad = false } = picture;
  const small = renditionSize('thumbnail', size);
  const large = renditionSize('preview', size);
  const decoded = await decode(picture, shrinksOnLoad ? small : large);
  const { width, height } = await resized(decoded, small)
    .webp({ quality: 76, effort: 2 })
    .toFile(join(job.folder, 'thumbnail.webp'));
  const known = {
    facts: { ...facts, thumbhash: await createThumbhash(resized(decoded, small)) },
    thumbnail: { width, height },
  };
  if (moving === 'original') return { ...known, preview: null };
  await job.report?.({ ...known, preview: null });
  const preview = moving
    ? moving.resize({ ...large, fit: 'fill' }).webp({ quality: 76, effort: 1 })
    : fromPixels(shrinksOnLoad ? await decode(picture, large) : decoded).webp({ quality: 82, effort: 3 });
  const written = await preview.toFile(join(job.folder, 'preview.webp'));
  return { ...known, preview: { width: written.width, height: written.pageHeight ?? written.height } };
}

async function decode({ open, colours }: Picture, size: PictureSize): Promise<Pixels> {
  const picture = open()
    .autoOrient()
    .resize({ ...size, fit: 'fill' });
  if (!colours || isPlain(colours)) {
    return picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  }
  const { data, info } = await picture
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { data: toSrgb(samples, info.channels, colours), info };
}

function fromPixels({ data, info: { width, height, channels } }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

function resized(pixels: Pixels, size: PictureSize): Sharp {
  return fromPixels(pixels).resize({ ...size, fit: 'fill' });
}

async function createThumbhash(picture: Sharp): Promise<string> {
  const small = picture.resize({
    width: thumbhashSide,
    height: thumbhashSide,
    fit: 'inside',
    withoutEnlargement: true,
  });
  const { data, info } = await small.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}
