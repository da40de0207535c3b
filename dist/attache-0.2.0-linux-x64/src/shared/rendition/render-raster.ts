import sharp, { type Metadata } from 'sharp';
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

/** How many frames of an animation the preview shows: all, or as many as the limits allow; 1 for a still picture. */
function movingFrames(metadata: Metadata, limits: RenditionLimits): number {
  const isAnimation = metadata.format === 'gif' || metadata.format === 'webp';
  if (!isAnimation || !metadata.pages || metadata.pages < 2) return 1;
  const framePixels = metadata.width * (metadata.pageHeight ?? metadata.height);
  return Math.min(metadata.pages, limits.maxAnimationFrames, Math.floor(limits.maxAnimationPixels / framePixels));
}

/** Pictures that libvips reads by itself. Broken pixel data is a failure: half a picture would mislead. */
export async function renderRaster(job: RenditionJob, loader: string): Promise<ChildResult> {
  allowOnlyLoader(loader);
  const { maxPixels, timeoutMs } = job.limits;
  const reading = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const;
  const seconds = Math.max(1, Math.floor(timeoutMs / 1000));
  const metadata = await sharp(job.filePath, reading).metadata();
  const { width, height } = metadata.autoOrient;
  if (width * height > maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
  const frames = movingFrames(metadata, job.limits);
  const moving = frames > 1 ? sharp(job.filePath, { ...reading, pages: frames }).timeout({ seconds }) : null;
  const still = sharp(job.filePath, reading).timeout({ seconds });
  return writeRenditions(job.folder, { ...noFacts, width, height }, still, moving);
}
