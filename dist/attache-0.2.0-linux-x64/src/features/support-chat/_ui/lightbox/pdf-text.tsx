import { type PDFPageProxy, TextLayer } from 'pdfjs-dist';
import { type CSSProperties, useEffect, useRef } from 'react';
import type { PieceElements } from './pdf-highlights.ts';

export interface PdfTextProps {
  proxy: PDFPageProxy;
  page: number;
  /** CSS pixels for one point while nothing is enlarged. */
  fittedScale: number;
  onText: (page: number, pieces: PieceElements | null) => void;
}

/** The text over a page's picture, to select and to search. Enlarged by CSS alone: what is marked in it stays marked. */
export function PdfText({ proxy, page, fittedScale, onText }: PdfTextProps) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = layer.current;
    if (!container) return;
    let isGone = false;
    const text = new TextLayer({
      textContentSource: proxy.streamTextContent(),
      container,
      viewport: proxy.getViewport({ scale: fittedScale }),
    });
    text.render().then(
      () => !isGone && onText(page, text.textDivs),
      // Cancelled by scrolling on.
      () => undefined,
    );
    return () => {
      isGone = true;
      text.cancel();
      container.replaceChildren();
      onText(page, null);
    };
  }, [proxy, page, fittedScale, onText]);

  // pdf.js multiplies its font sizes by this.
  const style: CSSProperties & Record<'--total-scale-factor', string> = {
    '--total-scale-factor': `calc(var(--pdf-zoom, 1) * ${fittedScale})`,
  };
  return <div ref={layer} className="pdf-text" style={style} />;
}
