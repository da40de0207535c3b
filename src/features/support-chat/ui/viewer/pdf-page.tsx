import { useTranslations } from 'next-intl';
import { type PDFDocumentProxy, TextLayer } from 'pdfjs-dist';
import { type CSSProperties, memo, useEffect, useRef, useState } from 'react';
import type { PieceElements } from './pdf-highlights.ts';
import type { Size } from './zoom-state.ts';

export interface PdfPageProps {
  document: PDFDocumentProxy;
  /** From 1. */
  page: number;
  /** In points, until the page itself is known. */
  assumedSize: Size;
  /** CSS pixels for one point. */
  scale: number;
  scroller: HTMLElement | null;
  onText: (page: number, pieces: PieceElements | null) => void;
}

/** Pages this far outside of the screen are drawn ahead. */
const aheadPx = 800;
/** More pixels than this crash the tabs of small phones. */
const mostPixels = 16_000_000;

/** One page, drawn only near the screen: a document of a thousand pages costs what a few cost. */
export const PdfPage = memo(function PdfPage(props: PdfPageProps) {
  const { document, page, assumedSize, scale, scroller, onText } = props;
  const t = useTranslations('viewer');
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(assumedSize);
  const isNear = useIsNear(frame, scroller);

  useEffect(() => {
    if (!isNear) return;
    let stop = () => {};
    let isGone = false;
    const draw = async () => {
      const proxy = await document.getPage(page);
      if (isGone || !canvas.current || !text.current) return;
      const points = proxy.getViewport({ scale: 1 });
      setSize((before) =>
        before.width === points.width && before.height === points.height
          ? before
          : { width: points.width, height: points.height },
      );
      const density = Math.min(
        window.devicePixelRatio || 1,
        Math.sqrt(mostPixels / (points.width * points.height * scale * scale)),
      );
      const viewport = proxy.getViewport({ scale: scale * density });
      canvas.current.width = Math.floor(viewport.width);
      canvas.current.height = Math.floor(viewport.height);
      const task = proxy.render({ canvas: canvas.current, viewport });
      text.current.replaceChildren();
      const layer = new TextLayer({
        textContentSource: proxy.streamTextContent(),
        container: text.current,
        viewport: proxy.getViewport({ scale }),
      });
      stop = () => {
        task.cancel();
        layer.cancel();
      };
      await Promise.all([task.promise, layer.render()]);
      if (!isGone) onText(page, layer.textDivs);
    };
    // Cancelled by scrolling on or by another zoom; the next drawing is already on its way.
    draw().catch(() => undefined);
    return () => {
      isGone = true;
      stop();
      onText(page, null);
    };
  }, [document, page, scale, isNear, onText]);

  // pdf.js multiplies its font sizes by this.
  const layerStyle: CSSProperties & Record<'--total-scale-factor', number> = { '--total-scale-factor': scale };
  return (
    <section
      ref={frame}
      data-page={page}
      aria-label={t('page', { page })}
      className="relative mx-auto shrink-0 bg-white shadow-dialog"
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      {isNear ? (
        <>
          <canvas ref={canvas} className="size-full" />
          <div ref={text} className="pdf-text" style={layerStyle} />
        </>
      ) : null}
    </section>
  );
});

function useIsNear(ref: React.RefObject<HTMLElement | null>, root: HTMLElement | null): boolean {
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
