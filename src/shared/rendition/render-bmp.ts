import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { decodeBmp } from './decode-bmp.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

/** Windows bitmaps, which libvips does not read. */
export async function renderBmp(job: RenditionJob): Promise<ChildResult> {
  const { width, height, pixels } = decodeBmp(await readFile(job.filePath), job.limits.maxPixels);
  const open = () => sharp(pixels, { raw: { width, height, channels: 3 } });
  return writeRenditions(job, { facts: { ...noFacts, width, height }, open });
}
