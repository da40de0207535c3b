import type { PDFPageProxy } from 'pdfjs-dist';
import type { Part } from './pdf-part.ts';

export interface Drawing {
  canvas: HTMLCanvasElement;
  /** Rejects when cancelled. */
  done: Promise<void>;
  cancel: () => void;
}

export interface DrawOptions {
  /** CSS pixels for one point. */
  scale: number;
  /** Canvas pixels for one CSS pixel. */
  density: number;
  part: Part;
}

/** Draws a part of a page on a canvas of its own, so that what is on the screen stays there until this is ready. */
export function drawPdf(page: PDFPageProxy, { scale, density, part }: DrawOptions): Drawing {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(part.width * density));
  canvas.height = Math.max(1, Math.floor(part.height * density));
  const viewport = page.getViewport({
    scale: scale * density,
    offsetX: -part.left * density,
    offsetY: -part.top * density,
  });
  const task = page.render({ canvas, viewport });
  return { canvas, done: task.promise, cancel: () => task.cancel() };
}

/** iOS counts a canvas that nobody shows any more until it is collected; one without pixels costs nothing. */
export function releaseCanvas(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}
