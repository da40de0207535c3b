import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { findBox } from '#shared/metadata-strip/iso-boxes.ts';
import { readHeifColours } from './heif-colours.ts';
import { allowOnlyLoader, requireFewPixels } from './render-raster.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

/** AVIF. libvips takes an animation (brand `avis`) for no picture, though its first frame stands there like any other. */
export async function renderAvif(job: RenditionJob): Promise<ChildResult> {
  allowOnlyLoader('Heif');
  const file = await readFile(job.filePath);
  const seconds = file.toString('latin1', 8, 12) === 'avis' ? movieSeconds(file) : null;
  file.write('avif', 8, 'latin1');
  const { iccProfile, cicp } = readHeifColours(file);
  const reading = { limitInputPixels: job.limits.maxPixels, failOn: 'none' } as const;
  const { width, height } = (await sharp(file, reading).metadata()).autoOrient;
  requireFewPixels({ width, height }, job.limits);
  return writeRenditions(job, {
    facts: { ...noFacts, width, height, durationSeconds: seconds },
    open: () => sharp(file, reading),
    colours: iccProfile ? null : cicp,
    moving: seconds === null ? null : 'original',
  });
}

/** `mdhd` of the first track (ISO/IEC 14496-12, 8.4.2): time scale and duration, in version 1 the latter of 64 bits. */
function movieSeconds(file: Buffer): number {
  let [start, end] = [0, file.length];
  for (const type of ['moov', 'trak', 'mdia', 'mdhd']) {
    const box = findBox(file, start, end, type);
    if (!box) return 0;
    [start, end] = [box.bodyStart, box.end];
  }
  if (end - start < 32) return 0;
  const isLong = file[start] === 1;
  const scale = file.readUInt32BE(start + (isLong ? 20 : 12));
  const duration = isLong ? Number(file.readBigUInt64BE(start + 24)) : file.readUInt32BE(start + 16);
  return scale > 0 ? duration / scale : 0;
}
