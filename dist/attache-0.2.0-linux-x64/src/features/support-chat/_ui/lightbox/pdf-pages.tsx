import { useTranslations } from 'next-intl';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { clearHighlights, highlightMatches, type PieceElements } from './pdf-highlights.ts';
import { PdfPage } from './pdf-page.tsx';
import type { PdfMatch } from './pdf-search.ts';
import type { PdfZoom } from './use-pdf-zoom.ts';
import { ZoomScaleContext } from './zoom-scale-context.ts';
import type { Size } from './zoom-state.ts';

export interface PdfPagesProps {
  document: PDFDocumentProxy;
  pageSize: Size;
  zoom: PdfZoom;
  matches: readonly PdfMatch[];
  currentMatch: PdfMatch | null;
  onPage: (page: number) => void;
}

/** Wider than this a page of text is hard to read. CSS pixels. */
const widestPage = 920;
const marginPx = 12;
// Margins grow with the pages: a transform of all and a layout of all then show the same.
const scaledMargin = `calc(var(--pdf-zoom, 1) * ${marginPx}px)`;

export function PdfPages({ document, pageSize, zoom, matches, currentMatch, onPage }: PdfPagesProps) {
  const t = useTranslations('viewer');
  const { scroller } = zoom;
  const room = Math.max(0, useWidth(scroller) - marginPx * 2);
  const onText = useHighlights(matches, currentMatch, scroller);
  useCurrentPage(scroller, onPage);
  useFirstFocus(scroller);

  return (
    <div
      ref={zoom.setScroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      role="document"
      aria-label={t('title')}
      className={cn(
        'flex min-h-0 flex-1 overflow-auto overscroll-contain -outline-offset-2',
        // A finger that moves sideways turns to the next file, until there is something beside to see.
        zoom.scale > 1 ? 'touch-pan-x touch-pan-y' : 'touch-pan-y',
      )}
    >
      <div
        ref={zoom.setColumn}
        className="m-auto flex w-max shrink-0 flex-col"
        style={{ gap: scaledMargin, padding: scaledMargin }}
      >
        <ZoomScaleContext value={zoom.scale}>
          {room > 0
            ? Array.from({ length: document.numPages }, (_, index) => (
                <PdfPage
                  // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
                  key={index}
                  document={document}
                  page={index + 1}
                  assumedSize={pageSize}
                  usualScale={Math.min(room, widestPage) / pageSize.width}
                  room={room}
                  scroller={scroller}
                  onText={onText}
                />
              ))
            : null}
        </ZoomScaleContext>
      </div>
    </div>
  );
}

/** Marks the matches on pages whose text is there, and brings the current one to the screen, once. */
function useHighlights(matches: readonly PdfMatch[], currentMatch: PdfMatch | null, scroller: HTMLElement | null) {
  const pieces = useRef(new Map<number, PieceElements>());
  const [drawn, setDrawn] = useState(0);
  const shown = useRef<PdfMatch | null>(null);
  const onText = useCallback((page: number, elements: PieceElements | null) => {
    if (elements) pieces.current.set(page, elements);
    else pieces.current.delete(page);
    setDrawn((before) => before + 1);
  }, []);

  useEffect(() => {
    if (!currentMatch || !scroller || pieces.current.has(currentMatch.page)) return;
    scroller.querySelector(`[data-page="${currentMatch.page}"]`)?.scrollIntoView({ block: 'start' });
  }, [currentMatch, scroller]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` tells that the text of another page is there
  useEffect(() => {
    const range = highlightMatches(matches, currentMatch, pieces.current);
    if (!range || !scroller || shown.current === currentMatch) return;
    shown.current = currentMatch;
    bringToScreen(range.getBoundingClientRect(), scroller);
  }, [matches, currentMatch, drawn, scroller]);
  useEffect(() => clearHighlights, []);
  return onText;
}

function bringToScreen(target: DOMRect, scroller: HTMLElement): void {
  const screen = scroller.getBoundingClientRect();
  const isSeen =
    target.left >= screen.left &&
    target.right <= screen.right &&
    target.top >= screen.top &&
    target.bottom <= screen.bottom;
  if (isSeen) return;
  /** To the middle; of what is longer than the screen, the beginning. */
  const wayTo = (from: number, length: number, edge: number, room: number) =>
    length < room ? from + length / 2 - edge - room / 2 : from - edge;
  scroller.scrollBy({
    left: wayTo(target.left, target.width, screen.left, screen.width),
    top: wayTo(target.top, target.height, screen.top, screen.height),
  });
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

/** Arrows and Page Down scroll at once, unless the reader is on another control already. */
function useFirstFocus(scroller: HTMLElement | null): void {
  useEffect(() => {
    if (document.activeElement?.getAttribute('role') === 'dialog') scroller?.focus({ preventScroll: true });
  }, [scroller]);
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
