import './pdf-text-layer.css';
import { Search, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { StageProps } from './image-stage.tsx';
import { PdfPages } from './pdf-pages.tsx';
import { PdfSearchBar } from './pdf-search-bar.tsx';
import { usePdfDocument } from './use-pdf-document.ts';
import { usePdfSearch } from './use-pdf-search.ts';
import { useSwipe } from './use-swipe.ts';
import { ViewerMessage } from './viewer-message.tsx';

const zoomStep = 1.25;
const mostZoom = 4;

/** A PDF in our own page: the browser's viewer would need the sandbox of the file route lifted. */
export default function PdfStage({ attachment, renderBar, onStep }: Omit<StageProps, 'onClose'>) {
  const t = useTranslations('viewer');
  const stage = useRef<HTMLDivElement>(null);
  useSwipe(stage, onStep);
  const pdf = usePdfDocument(attachment.url);
  const search = usePdfSearch(pdf.status === 'ready' ? pdf.document : null);
  const [isSearching, setSearching] = useState(false);
  const [zoom, setZoom] = useState(1);
  const [page, setPage] = useState(1);

  const changeZoom = (factor: number) => setZoom((before) => Math.min(mostZoom, Math.max(1, before * factor)));
  const closeSearch = () => {
    setSearching(false);
    search.setQuery('');
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const isFind = (event.ctrlKey || event.metaKey) && event.key === 'f';
    if (isFind) {
      event.preventDefault();
      setSearching(true);
    } else if (!(event.target instanceof HTMLInputElement)) {
      if (event.key === '+' || event.key === '=') changeZoom(zoomStep);
      if (event.key === '-') changeZoom(1 / zoomStep);
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  const actions =
    pdf.status === 'ready' ? (
      // On a phone in a line of their own: the cross stays where thumbs look for it.
      <span className="flex items-center gap-x-1 max-sm:order-last max-sm:w-full max-sm:justify-end">
        {isSearching ? (
          <PdfSearchBar search={search} onClose={closeSearch} />
        ) : (
          <IconButton variant="overlay" label={t('search')} shortcut="Ctrl F" onClick={() => setSearching(true)}>
            <Search aria-hidden="true" />
          </IconButton>
        )}
        <span className="px-2 text-sm text-white/80 tabular">
          {t('pageOf', { page, total: pdf.document.numPages })}
        </span>
        <IconButton
          variant="overlay"
          label={t('zoomOut')}
          shortcut="−"
          disabled={zoom === 1}
          onClick={() => changeZoom(1 / zoomStep)}
        >
          <ZoomOut aria-hidden="true" />
        </IconButton>
        <IconButton
          variant="overlay"
          label={t('zoomIn')}
          shortcut="+"
          disabled={zoom === mostZoom}
          onClick={() => changeZoom(zoomStep)}
        >
          <ZoomIn aria-hidden="true" />
        </IconButton>
      </span>
    ) : null;

  return (
    <>
      {renderBar(actions)}
      <div ref={stage} className="flex min-h-0 flex-1 flex-col">
        {pdf.status === 'ready' ? (
          <PdfPages
            document={pdf.document}
            pageSize={pdf.pageSize}
            zoom={zoom}
            matches={search.matches}
            currentMatch={search.matches[search.index] ?? null}
            onPage={setPage}
          />
        ) : (
          <div className="relative flex min-h-0 flex-1 items-center justify-center">
            {pdf.status === 'failed' ? (
              <ViewerMessage>{t(pdf.problem === 'password' ? 'pdfPassword' : 'pdfFailed')}</ViewerMessage>
            ) : (
              <Spinner label={t('loading')} className="text-2xl" />
            )}
          </div>
        )}
      </div>
    </>
  );
}
