import type { PDFPageProxy } from 'pdfjs-dist';
import { useEffect, useRef } from 'react';
import { type DrawOptions, drawPdf, releaseCanvas } from './draw-pdf.ts';
import type { Size } from './zoom-state.ts';

export interface PdfCanvasProps extends DrawOptions {
  proxy: PDFPageProxy;
  /** CSS pixels of the whole page at `scale`. */
  page: Size;
}

/** Draws a part of a page in its place on the frame. What was drawn before stays until the next drawing is whole. */
export function PdfCanvas({ proxy, scale, density, page, part }: PdfCanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const { left, top, width, height } = part;
  useEffect(() => {
    const place = host.current;
    if (!place) return;
    const drawing = drawPdf(proxy, { scale, density, part: { left, top, width, height } });
    const { canvas } = drawing;
    const percent = (pixels: number, of: number) => `${(pixels / of) * 100}%`;
    // Of the frame, so that it grows with it until the next drawing.
    Object.assign(canvas.style, {
      position: 'absolute',
      left: percent(left, page.width),
      top: percent(top, page.height),
      width: percent(canvas.width / density, page.width),
      height: percent(canvas.height / density, page.height),
    });
    let isOver = false;
    drawing.done.then(
      () => {
        isOver = true;
        const before = [...place.children];
        place.replaceChildren(canvas);
        before.forEach(release);
      },
      // Cancelled by another zoom or by scrolling on; the next drawing is already on its way.
      () => releaseCanvas(canvas),
    );
    return () => {
      if (!isOver) drawing.cancel();
    };
  }, [proxy, scale, density, left, top, width, height, page.width, page.height]);
  useEffect(() => {
    const place = host.current;
    return () => {
      for (const canvas of place?.children ?? []) release(canvas);
    };
  }, []);
  return <div ref={host} aria-hidden="true" className="absolute inset-0" />;
}

function release(element: Element): void {
  if (element instanceof HTMLCanvasElement) releaseCanvas(element);
}
