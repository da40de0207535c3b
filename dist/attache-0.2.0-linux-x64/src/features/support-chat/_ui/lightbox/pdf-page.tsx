import { useTranslations } from 'next-intl';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import type { PieceElements } from './pdf-highlights.ts';
import { PdfPicture } from './pdf-picture.tsx';
import { PdfText } from './pdf-text.tsx';
import { usePdfPage } from './use-pdf-page.ts';
import type { Size } from './zoom-state.ts';

export interface PdfPageProps {
  document: PDFDocumentProxy;
  /** From 1. */
  page: number;
  /** In points, until the page itself is known. */
  assumedSize: Size;
  /** CSS pixels for one point of an ordinary page that is not enlarged. */
  usualScale: number;
  /** CSS pixels that a page which is not enlarged may be wide. */
  room: number;
  scroller: HTMLElement | null;
  onText: (page: number, pieces: PieceElements | null) => void;
}

/** Pages this far outside of the screen are drawn ahead. CSS pixels. */
const aheadPx = 800;

/** One page, drawn only near the screen: a document of a thousand pages costs what a few cost. */
export const PdfPage = memo(function PdfPage(props: PdfPageProps) {
  const { document, page, assumedSize, usualScale, room, scroller, onText } = props;
  const t = useTranslations('viewer');
  const frame = useRef<HTMLElement>(null);
  const isNear = useIsNear(frame, scroller);
  const proxy = usePdfPage(document, page, isNear);
  const [size, setSize] = useState(assumedSize);
  const known = proxy?.getViewport({ scale: 1 });
  if (known && (known.width !== size.width || known.height !== size.height)) {
    setSize({ width: known.width, height: known.height });
  }

  // A page lying among standing ones must not be wider than the screen either.
  const scale = Math.min(usualScale, room / size.width);
  const width = size.width * scale;
  const height = size.height * scale;
  const zoomed = (pixels: number) => `calc(var(--pdf-zoom, 1) * ${pixels}px)`;
  return (
    <section
      ref={frame}
      data-page={page}
      aria-label={t('page', { page })}
      className="relative mx-auto shrink-0 overflow-hidden bg-white shadow-dialog"
      style={{ width: zoomed(width), height: zoomed(height) }}
    >
      {isNear && proxy ? (
        <>
          <PdfPicture proxy={proxy} fittedScale={scale} fitted={{ width, height }} frame={frame} scroller={scroller} />
          <PdfText proxy={proxy} page={page} fittedScale={scale} onText={onText} />
        </>
      ) : null}
    </section>
  );
});

function useIsNear(ref: RefObject<HTMLElement | null>, root: HTMLElement | null): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || !root) return;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root,
      rootMargin: `${aheadPx}px 0px`,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, root]);
  return isNear;
}
