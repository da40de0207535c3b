import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { openPdf, type PdfPage } from './pdf-engine.ts';
import { type PictureSize, renditionSize } from './picture-size.ts';
import { RenditionError } from './rendition-error.ts';
import { boundedSize, type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

/** A stamp-sized page is drawn at most this much larger than on paper. */
const maxScale = 3;
/** A cover sheet or the back of a scan may be blank. */
const pagesToTry = 5;

/**
 * The first page on white that shows anything, as the viewer of our pages would draw it, and how many pages there are.
 * Without a picture where that could not be drawn: a blank page would be taken for the document.
 */
export async function renderPdf(job: RenditionJob): Promise<ChildResult> {
  const document = await openPdf(await readFile(job.filePath), job.limits.maxPixels);
  const { pageCount } = document;
  if (pageCount < 1) throw new RenditionError('unreadable', 'no pages');
  const first = await document.page(1);
  for (let number = 1; number <= Math.min(pageCount, pagesToTry); number += 1) {
    const page = number === 1 ? first : await document.page(number);
    const pixels = await page.draw(drawnSize(page));
    if (!isBlank(pixels)) return writePage(job, pageCount, page, pixels);
    if (await page.hasContent()) return { facts: pageFacts(pageCount, first), thumbnail: null, preview: null };
  }
  return writePage(job, pageCount, first, await first.draw(drawnSize(first)));
}

function pageFacts(pageCount: number, { width, height }: PdfPage) {
  return { ...noFacts, pageCount, ...boundedSize(width, height) };
}

function writePage(job: RenditionJob, pageCount: number, page: PdfPage, pixels: Buffer): Promise<ChildResult> {
  const size = drawnSize(page);
  const open = () => sharp(pixels, { raw: { ...size, channels: 4 } }).removeAlpha();
  return writeRenditions(job, { facts: pageFacts(pageCount, page), size, open });
}

function drawnSize({ width, height }: PdfPage): PictureSize {
  if (!(Math.max(width, height) > 0)) throw new RenditionError('unreadable', 'an empty page');
  return renditionSize('preview', { width: Math.ceil(width * maxScale), height: Math.ceil(height * maxScale) });
}

function isBlank(pixels: Buffer): boolean {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  return words.every((word) => word === words[0]);
}
