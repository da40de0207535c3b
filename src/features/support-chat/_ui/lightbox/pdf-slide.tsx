import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useReducer, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { cn } from '#shared/ui/cn.ts';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { AttachmentDto } from '../../_api/types.ts';
import { ZoomControls } from './lightbox-controls.tsx';
import { PdfPassword } from './pdf-password.tsx';
import { PdfSearch } from './pdf-search.tsx';
import { openPdf, type PdfState, type PdfView } from './pdf-view.ts';

export interface PdfSlideProps {
  attachment: AttachmentDto;
  /** The element of the slide. */
  host: HTMLElement;
  /** The element for actions in the bar. */
  actions: HTMLElement;
}

const loading: PdfState = {
  status: 'loading',
  page: 1,
  pages: 0,
  stop: 'fitted',
  matchesCount: { current: 0, total: 0 },
  isSearching: false,
};

/** A PDF in our own page: the browser's viewer would need the sandbox of the file route lifted. */
export default function PdfSlide({ attachment, host, actions }: PdfSlideProps) {
  const t = useTranslations('lightbox');
  const container = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<PdfView | null>(null);
  const [state, change] = useReducer((before: PdfState, by: Partial<PdfState>) => ({ ...before, ...by }), loading);
  const { status, stop } = state;
  const open = useEffectEvent((element: HTMLDivElement) =>
    openPdf(element, attachment.url, { onChange: change, labelOf: (page) => t('page', { page }) }),
  );
  useEffect(() => {
    if (!container.current) return;
    const opened = open(container.current);
    setView(opened);
    return () => opened.close();
  }, []);
  useEffect(() => {
    // Arrows and Page Down scroll at once, unless the reader is on another control already.
    const isFree = document.activeElement?.getAttribute('role') === 'dialog';
    if (status === 'ready' && isFree) container.current?.focus({ preventScroll: true });
  }, [status]);

  const slide = (
    <div className="relative size-full">
      <div
        ref={container}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        role="document"
        aria-label={t('title')}
        data-zoomed={stop !== 'fitted'}
        className={cn(
          // A match is brought to the upper edge of what is read, not of the screen.
          'absolute inset-0 grid content-center-safe scroll-pt-48 overflow-auto overscroll-contain -outline-offset-2 select-text',
          // A finger that moves sideways turns to the next file, until there is something beside to see.
          stop === 'fitted' ? 'touch-pan-y' : 'touch-pan-x touch-pan-y',
        )}
      >
        <div className="pdfViewer" />
      </div>
      {status === 'ready' ? null : (
        <div className="absolute inset-0 grid place-items-center">
          {status === 'loading' ? <Spinner label={t('loading')} className="text-2xl" /> : null}
          {status === 'broken' ? <p className="lightbox-message">{t('pdfFailed')}</p> : null}
          {view && (status === 'password' || status === 'wrongPassword') ? (
            <PdfPassword isWrong={status === 'wrongPassword'} onUnlock={view.unlock} />
          ) : null}
        </div>
      )}
    </div>
  );
  return (
    <>
      {createPortal(slide, host)}
      {status === 'ready' && view ? createPortal(<PdfActions view={view} state={state} />, actions) : null}
    </>
  );
}

function PdfActions({ view, state }: { view: PdfView; state: PdfState }) {
  const t = useTranslations('lightbox');
  return (
    <>
      <PdfSearch view={view} state={state} />
      <span className="px-2 text-sm whitespace-nowrap text-white/80 tabular">
        {t('pageOf', { page: state.page, total: state.pages })}
      </span>
      <ZoomControls target={view.zoom} stop={state.stop} />
    </>
  );
}
