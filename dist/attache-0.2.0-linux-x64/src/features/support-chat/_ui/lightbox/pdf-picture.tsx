import type { PDFPageProxy } from 'pdfjs-dist';
import { type RefObject, useContext } from 'react';
import { PdfCanvas } from './pdf-canvas.tsx';
import { chooseDensity, partMostPixels, wholeMostPixels } from './pdf-part.ts';
import { useSeenPart } from './use-seen-part.ts';
import { ZoomScaleContext } from './zoom-scale-context.ts';
import type { Size } from './zoom-state.ts';

export interface PdfPictureProps {
  proxy: PDFPageProxy;
  /** CSS pixels for one point while nothing is enlarged. */
  fittedScale: number;
  /** CSS pixels of the page while nothing is enlarged. */
  fitted: Size;
  frame: RefObject<HTMLElement | null>;
  scroller: HTMLElement | null;
}

/**
 * A page as pixels: the whole of it, and over that the part on the screen when the whole would need more pixels than a
 * phone can hold. Sharp at every zoom, for the memory of a screen or two.
 */
export function PdfPicture({ proxy, fittedScale, fitted, frame, scroller }: PdfPictureProps) {
  const zoom = useContext(ZoomScaleContext);
  const screenDensity = window.devicePixelRatio || 1;
  // For the page as it lies unenlarged. Beyond the limit it is the same at every zoom: nothing is drawn again.
  const wholeDensity = chooseDensity(fitted, screenDensity * zoom, wholeMostPixels);
  const seen = useSeenPart({ fitted, zoom, frame, scroller, isWanted: wholeDensity < screenDensity * zoom });
  return (
    <>
      <PdfCanvas
        proxy={proxy}
        scale={fittedScale}
        density={wholeDensity}
        page={fitted}
        part={{ left: 0, top: 0, ...fitted }}
      />
      {seen ? (
        <PdfCanvas
          proxy={proxy}
          scale={fittedScale * seen.zoom}
          density={chooseDensity(seen.part, screenDensity, partMostPixels)}
          page={{ width: fitted.width * seen.zoom, height: fitted.height * seen.zoom }}
          part={seen.part}
        />
      ) : null}
    </>
  );
}
