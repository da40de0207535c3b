import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { decodeHeic } from './decode-heic.ts';
import { readHeifColours } from './heif-colours.ts';
import { renditionSize } from './picture-size.ts';
import { renderAvif } from './render-avif.ts';
import { allowOnlyLoader } from './render-raster.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

const afterPngHeader = 33;

/**
 * Tells sharp what the colours of raw pixels mean. It accepts a profile only inside a file, so the pixels, shrunk to
 * what the preview needs, go through an uncompressed PNG that carries the profile.
 */
async function withProfile(picture: Sharp, iccProfile: Buffer): Promise<Buffer> {
  const png = await picture.png({ compressionLevel: 0 }).toBuffer();
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(iccProfile)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  const chunk = Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  return Buffer.concat([png.subarray(0, afterPngHeader), chunk, png.subarray(afterPngHeader)]);
}

/** HEIC by libheif in WebAssembly (sharp's own libheif has no HEVC); AVIF under a HEIF name goes the usual way. */
export async function renderHeic(job: RenditionJob): Promise<ChildResult> {
  const file = await readFile(job.filePath);
  if (/^avi[fs]$/.test(file.toString('latin1', 8, 12))) return renderAvif(job);
  const { iccProfile, cicp } = readHeifColours(file);
  const { width, height, pixels, hasAlpha } = await decodeHeic(file, job.limits.maxPixels);
  const size = { width, height };
  const decoded = sharp(pixels, { raw: { ...size, channels: 4 } });
  const picture = hasAlpha ? decoded : decoded.removeAlpha();
  const facts = { ...noFacts, ...size };
  if (!iccProfile) return writeRenditions(job, { facts, open: () => picture.clone(), colours: cicp });
  const png = await withProfile(picture.resize({ ...renditionSize('preview', size), fit: 'fill' }), iccProfile);
  allowOnlyLoader('Png');
  return writeRenditions(job, { facts, open: () => sharp(png) });
}
