import './pdf-text-layer.css';
import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { Spinner } from '#shared/ui/spinner.tsx';
import type { StageProps } from './image-stage.tsx';
import { LightboxMessage } from './lightbox-message.tsx';
import { PdfPages } from './pdf-pages.tsx';
import { PdfSearchBar } from './pdf-search-bar.tsx';
import { useGestures } from './use-gestures.ts';
import { usePdfDocument } from './use-pdf-document.ts';
import { usePdfSearch } from './use-pdf-search.ts';
import { usePdfZoom } from './use-pdf-zoom.ts';
import { useZoomKeys } from './use-zoom-keys.ts';
import { ZoomButtons } from './zoom-buttons.tsx';

/** A PDF in our own page: the browser's viewer would need the sandbox of the file route lifted. */
export default function PdfStage({ attachment, renderBar, onStep }: Omit<StageProps, 'onClose'>) {
  const t = useTranslations('viewer');
  const stage = useRef<HTMLDivElement>(null);
  const pdf = usePdfDocument(attachment.url);
  const search = usePdfSearch(pdf.status === 'ready' ? pdf.document : null);
  const [isSearching, setSearching] = useState(false);
  const zoom = usePdfZoom();
  const [page, setPage] = useState(1);

  useGestures(stage, {
    onZoom: zoom.zoomAt,
    onPan: zoom.panBy,
    onPress: zoom.toggle,
    getZoom: zoom.getZoom,
    // Down is where the pages scroll.
    onSwipe: (direction) => direction !== 'close' && onStep(direction === 'next' ? 1 : -1),
    scrolls: true,
  });
  useZoomKeys(zoom);
  const closeSearch = () => {
    setSearching(false);
    search.setQuery('');
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const isFind = (event.ctrlKey || event.metaKey) && event.code === 'KeyF';
    if (!isFind) return;
    event.preventDefault();
    setSearching(true);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  const actions =
    pdf.status === 'ready' ? (
      <span
        className={cn(
          'flex items-center gap-x-1',
          // On a phone in a line of its own: the cross stays where thumbs look for it.
          isSearching && 'max-sm:order-last max-sm:w-full',
        )}
      >
        {isSearching ? (
          <PdfSearchBar search={search} onClose={closeSearch} />
        ) : (
          <IconButton variant="overlay" label={t('search')} shortcut="Ctrl F" onClick={() => setSearching(true)}>
            <Search aria-hidden="true" />
          </IconButton>
        )}
        <span className={cn('px-2 text-sm whitespace-nowrap text-white/80 tabular', isSearching && 'max-sm:hidden')}>
          {t('pageOf', { page, total: pdf.document.numPages })}
        </span>
        <ZoomButtons scale={zoom.scale} zoomIn={zoom.zoomIn} zoomOut={zoom.zoomOut} className="max-sm:hidden" />
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
              <LightboxMessage>{t(pdf.problem === 'password' ? 'pdfPassword' : 'pdfFailed')}</LightboxMessage>
            ) : (
              <Spinner label={t('loading')} className="text-2xl" />
            )}
          </div>
        )}
      </div>
    </>
  );
}
