import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { renditionSides } from './rendition-limits.ts';
import type { ChildResult, MediaFacts } from './rendition-outcome.ts';

const thumbhashSide = 100;

sharp.cache(false);

function fitInside(side: number): { width: number; height: number; fit: 'inside'; withoutEnlargement: true } {
  return { width: side, height: side, fit: 'inside', withoutEnlargement: true };
}

async function createThumbhash(picture: Sharp): Promise<string> {
  const small = picture.resize(fitInside(thumbhashSide)).ensureAlpha().raw();
  const { data, info } = await small.toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}

/**
 * Writes `thumbnail.webp` and `preview.webp` and completes the facts. The source is decoded once, upright and in sRGB;
 * sharp writes no metadata unless told to.
 *
 * @param moving the same picture with all its frames; then the preview is made of it.
 */
export async function writeRenditions(
  folder: string,
  facts: MediaFacts,
  still: Sharp,
  moving: Sharp | null = null,
): Promise<ChildResult> {
  const decoded = await still
    .autoOrient()
    .resize(fitInside(renditionSides.preview))
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = decoded.info;
  const picture = () => sharp(decoded.data, { raw: { width, height, channels } });

  const thumbnail = await picture()
    .resize(fitInside(renditionSides.thumbnail))
    .webp({ quality: 76 })
    .toFile(join(folder, 'thumbnail.webp'));
  const preview = moving
    ? await moving
        .resize(fitInside(renditionSides.preview))
        .webp({ quality: 76, effort: 1 })
        .toFile(join(folder, 'preview.webp'))
    : await picture().webp({ quality: 82 }).toFile(join(folder, 'preview.webp'));
  return {
    facts: { ...facts, thumbhash: await createThumbhash(picture()) },
    thumbnail: { width: thumbnail.width, height: thumbnail.height },
    preview: { width: preview.width, height: preview.pageHeight ?? preview.height },
  };
}
