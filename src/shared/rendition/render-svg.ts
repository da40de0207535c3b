import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { renditionSize } from './picture-size.ts';
import { allowOnlyLoader } from './render-raster.ts';
import { RenditionError } from './rendition-error.ts';
import { boundedSize, type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

const defaultDensity = 72;

/**
 * Draws an SVG as a still picture. librsvg has no script engine. It follows references only relative to a base address,
 * and a drawing given as bytes has none: neither other files nor the network can be reached, only `data:` inside it.
 */
export async function renderSvg(job: RenditionJob): Promise<ChildResult> {
  const { maxSvgBytes, maxPixels } = job.limits;
  if (job.sizeBytes > maxSvgBytes) throw new RenditionError('unreadable', 'the drawing is too long');
  allowOnlyLoader('Svg');
  const drawing = await readFile(job.filePath);
  const { width, height } = await sharp(drawing, { limitInputPixels: false }).metadata();
  // A drawing of any size can be drawn small, so a wall poster gets its preview like an icon.
  const scale = renditionSize('preview', { width, height }).width / width;
  const density = Math.max(1, Math.min(defaultDensity, defaultDensity * scale));
  const open = () => sharp(drawing, { density, limitInputPixels: maxPixels });
  return writeRenditions(job, { facts: { ...noFacts, ...boundedSize(width, height) }, open });
}
