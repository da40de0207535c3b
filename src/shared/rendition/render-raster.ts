import { open } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import type { PictureSize } from './picture-size.ts';
import { RenditionError } from './rendition-error.ts';
import type { RenditionLimits } from './rendition-limits.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

/** From here on libvips opens files with this loader only, whatever their first bytes say. */
export function allowOnlyLoader(loader: string): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: [`VipsForeignLoad${loader}`] });
}

/** @throws RenditionError `too-many-pixels`, before any of them is decoded. */
export function requireFewPixels({ width, height }: PictureSize, { maxPixels }: RenditionLimits): void {
  if (width * height > maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
}

/** How many frames of an animation the preview shows: all, or as many as the limits allow; 1 for a still picture. */
function movingFrames(metadata: Metadata, limits: RenditionLimits): number {
  const isAnimation = metadata.format === 'gif' || metadata.format === 'webp';
  if (!isAnimation || !metadata.pages || metadata.pages < 2) return 1;
  const framePixels = metadata.width * (metadata.pageHeight ?? metadata.height);
  return Math.min(metadata.pages, limits.maxAnimationFrames, Math.floor(limits.maxAnimationPixels / framePixels));
}

/** Pictures that libvips reads by itself. Of one that ends early is shown what is there. */
export async function renderRaster(job: RenditionJob, loader: string): Promise<ChildResult> {
  allowOnlyLoader(loader);
  const reading = { limitInputPixels: job.limits.maxPixels, failOn: 'none', sequentialRead: true } as const;
  const metadata = await sharp(job.filePath, reading).metadata();
  const { width, height } = metadata.autoOrient;
  requireFewPixels({ width, height }, job.limits);
  const frames = movingFrames(metadata, job.limits);
  const delays = metadata.delay?.reduce((sum, delay) => sum + delay, 0) ?? 0;
  const seconds = loader === 'Png' ? await animatedPngSeconds(job.filePath) : frames > 1 ? delays / 1000 : null;
  const moving = frames > 1 ? sharp(job.filePath, { ...reading, pages: frames }) : null;
  return writeRenditions(job, {
    facts: { ...noFacts, width, height, durationSeconds: seconds },
    open: () => sharp(job.filePath, reading),
    shrinksOnLoad: loader === 'Jpeg' || loader === 'Webp',
    moving: loader === 'Png' && seconds !== null ? 'original' : moving,
  });
}

const MAX_PNG_CHUNKS = 100_000;

/** How long an animated PNG plays once; null for a still one. https://www.w3.org/TR/png-3/#11fcTL */
async function animatedPngSeconds(filePath: string): Promise<number | null> {
  const file = await open(filePath);
  try {
    const head = Buffer.alloc(40);
    let seconds: number | null = null;
    for (let at = 8, chunks = 0; chunks < MAX_PNG_CHUNKS; chunks += 1) {
      const { bytesRead } = await file.read(head, 0, head.length, at);
      const type = bytesRead < 8 ? 'IEND' : head.toString('latin1', 4, 8);
      if (type === 'IEND' || (type === 'IDAT' && seconds === null)) break;
      if (type === 'acTL' && head.readUInt32BE(8) > 1) seconds = 0;
      if (type === 'fcTL' && seconds !== null) seconds += head.readUInt16BE(28) / (head.readUInt16BE(30) || 100);
      at += 12 + head.readUInt32BE(0);
    }
    return seconds;
  } finally {
    await file.close();
  }
}
