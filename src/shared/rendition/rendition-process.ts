/** The program that touches hostile bytes. One file, one life: started by makeRenditions, job in, result.json out. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AvailableTools } from './available-tools.ts';
import { RenditionError } from './rendition-error.ts';
import type { RenditionKind } from './rendition-kind.ts';
import type { RenditionLimits } from './rendition-limits.ts';
import type { ChildResult } from './rendition-outcome.ts';

export type RenditionJob = {
  filePath: string;
  sizeBytes: number;
  folder: string;
  kind: RenditionKind;
  tools: AvailableTools;
  limits: RenditionLimits;
  /** Told of the thumbnail as soon as it is written. */
  report?: (result: ChildResult) => void | Promise<void>;
};

/** Each maker is loaded only when needed: a photo should not wait for a PDF engine to start. */
async function render(job: RenditionJob): Promise<ChildResult> {
  switch (job.kind.kind) {
    case 'raster':
      return (await import('./render-raster.ts')).renderRaster(job, job.kind.loader);
    case 'svg':
      return (await import('./render-svg.ts')).renderSvg(job);
    case 'bmp':
      return (await import('./render-bmp.ts')).renderBmp(job);
    case 'avif':
      return (await import('./render-avif.ts')).renderAvif(job);
    case 'heic':
      return (await import('./render-heic.ts')).renderHeic(job);
    case 'pdf':
      return (await import('./render-pdf.ts')).renderPdf(job);
    case 'video':
      return (await import('./render-video.ts')).renderVideo(job, job.kind.demuxer);
    case 'audio':
      return (await import('./render-audio.ts')).renderAudio(job, job.kind.demuxer);
  }
}

function describeFailure(error: unknown): ChildResult {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  if (error instanceof RenditionError) return { failed: error.reason, detail };
  if (/pixel limit|too large|exceeds/i.test(detail)) return { failed: 'too-many-pixels', detail };
  if (/timeout/i.test(detail)) return { failed: 'timeout', detail };
  if (/out of memory|allocat/i.test(detail)) return { failed: 'out-of-memory', detail };
  return { failed: 'unreadable', detail };
}

async function work(job: RenditionJob): Promise<void> {
  const result = await render(job).catch(describeFailure);
  const draft = join(job.folder, 'result.draft');
  await writeFile(draft, JSON.stringify(result));
  await rename(draft, join(job.folder, 'result.json'));
  process.exit(0);
}

let received = '';
let started = false;
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  received += text;
  if (started || !received.includes('\n')) return;
  started = true;
  void work(JSON.parse(received));
});
// The caller died: nobody waits for this result.
process.stdin.on('end', () => process.exit(1));
