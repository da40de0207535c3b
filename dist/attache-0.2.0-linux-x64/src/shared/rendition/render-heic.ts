import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { type DecodedPicture, decodeHeic } from './decode-heic.ts';
import { allowOnlyLoader, renderRaster } from './render-raster.ts';
import { renditionSides } from './rendition-limits.ts';
import { type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

const afterPngHeader = 33;

/**
 * Tells sharp what the colours of raw pixels mean. It accepts a profile only inside a file, so the pixels, shrunk to
 * what the preview needs, go through an uncompressed PNG that carries the profile.
 */
async function withProfile(picture: Sharp, iccProfile: Buffer): Promise<Sharp> {
  const side = renditionSides.preview;
  const png = await picture
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(iccProfile)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  const chunk = Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  allowOnlyLoader('Png');
  return sharp(Buffer.concat([png.subarray(0, afterPngHeader), chunk, png.subarray(afterPngHeader)]));
}

function fromPixels({ pixels, width, height }: DecodedPicture): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 4 } });
}

/** HEIC by libheif in WebAssembly (sharp's own libheif has no HEVC); AVIF under a HEIF name goes the usual way. */
export async function renderHeic(job: RenditionJob): Promise<ChildResult> {
  const file = await readFile(job.filePath);
  if (file.toString('latin1', 8, 12) === 'avif') return renderRaster(job, 'Heif');
  const decoded = await decodeHeic(file, job.limits.maxPixels);
  const { width, height, iccProfile } = decoded;
  const picture = fromPixels(decoded).removeAlpha();
  return writeRenditions(
    job.folder,
    { ...noFacts, width, height },
    iccProfile ? await withProfile(picture, iccProfile) : picture,
  );
}
