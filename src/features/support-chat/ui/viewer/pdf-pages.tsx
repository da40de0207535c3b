import { useTranslations } from 'next-intl';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { clearHighlights, highlightMatches, type PieceElements } from './pdf-highlights.ts';
import { PdfPage } from './pdf-page.tsx';
import type { PdfMatch } from './pdf-search.ts';
import type { Size } from './zoom-state.ts';

export interface PdfPagesProps {
  document: PDFDocumentProxy;
  pageSize: Size;
  /** 1 fits the width. */
  zoom: number;
  matches: readonly PdfMatch[];
  currentMatch: PdfMatch | null;
  onPage: (page: number) => void;
}

/** Wider than this a page of text is hard to read. CSS pixels. */
const widestPage = 920;
const marginPx = 12;

export function PdfPages({ document, pageSize, zoom, matches, currentMatch, onPage }: PdfPagesProps) {
  const t = useTranslations('viewer');
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const width = useWidth(scroller);
  const pieces = useRef(new Map<number, PieceElements>());
  const [drawn, setDrawn] = useState(0);

  const onText = useCallback((page: number, elements: PieceElements | null) => {
    if (elements) pieces.current.set(page, elements);
    else pieces.current.delete(page);
    setDrawn((before) => before + 1);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` tells that the text of another page is there
  useEffect(() => {
    highlightMatches(matches, currentMatch, pieces.current);
  }, [matches, currentMatch, drawn]);
  useEffect(() => clearHighlights, []);
  useEffect(() => {
    if (currentMatch) scroller?.querySelector(`[data-page="${currentMatch.page}"]`)?.scrollIntoView({ block: 'start' });
  }, [currentMatch, scroller]);
  useCurrentPage(scroller, onPage);

  const scale = (Math.min(width - marginPx * 2, widestPage) / pageSize.width) * zoom;
  return (
    <div
      ref={setScroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      role="document"
      aria-label={t('title')}
      className="min-h-0 flex-1 overflow-auto overscroll-contain"
    >
      <div className="flex w-max min-w-full flex-col gap-3 p-3">
        {width > 0
          ? Array.from({ length: document.numPages }, (_, index) => (
              <PdfPage
                // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
                key={index}
                document={document}
                page={index + 1}
                assumedSize={pageSize}
                scale={scale}
                scroller={scroller}
                onText={onText}
              />
            ))
          : null}
      </div>
    </div>
  );
}

function useWidth(element: HTMLElement | null): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The page under the middle of the screen. */
function useCurrentPage(scroller: HTMLElement | null, onPage: (page: number) => void): void {
  const tell = useEffectEvent(onPage);
  useEffect(() => {
    if (!scroller) return;
    const onScroll = () => {
      const box = scroller.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      for (const page of scroller.querySelectorAll<HTMLElement>('[data-page]')) {
        if (page.getBoundingClientRect().bottom >= middle) return tell(Number(page.dataset.page));
      }
    };
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => scroller.removeEventListener('scroll', onScroll);
  }, [scroller]);
}
