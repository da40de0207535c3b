import { readFile } from 'node:fs/promises';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { RenditionError } from './rendition-error.ts';
import { renditionSides } from './rendition-limits.ts';
import { boundedSize, type ChildResult, noFacts } from './rendition-outcome.ts';
import type { RenditionJob } from './rendition-process.ts';
import { writeRenditions } from './write-renditions.ts';

/** A stamp-sized page is drawn at most this much larger than on paper. */
const maxScale = 3;

/** The first page on white, and how many there are. This build of PDFium has no script engine and no network. */
export async function renderPdf(job: RenditionJob): Promise<ChildResult> {
  const library = await PDFiumLibrary.init();
  const file = await readFile(job.filePath);
  const document = await library.loadDocument(file).catch((error: unknown) => {
    const isLocked = /password|security/i.test(String(error));
    throw new RenditionError(isLocked ? 'encrypted' : 'unreadable', String(error));
  });
  const pageCount = document.getPageCount();
  if (pageCount < 1) throw new RenditionError('unreadable', 'no pages');
  const page = document.getPage(0);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const longest = Math.max(originalWidth, originalHeight);
  if (!(longest > 0)) throw new RenditionError('unreadable', 'an empty page');
  const scale = Math.min(maxScale, renditionSides.preview / longest);
  const drawn = await page.render({ scale, render: async ({ data }) => Uint8Array.from(data) });
  const picture = sharp(drawn.data, { raw: { width: drawn.width, height: drawn.height, channels: 4 } });
  const facts = { ...noFacts, pageCount, ...boundedSize(originalWidth, originalHeight) };
  return writeRenditions(job.folder, facts, picture.removeAlpha());
}
