import { ChevronDown, ChevronUp, Search, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { LightboxButton } from './lightbox-controls.tsx';
import type { PdfState, PdfView } from './pdf-view.ts';

/** A button, or the bar it opens; so does Ctrl F. On a phone the bar lies over the pages: the buttons stay where thumbs look for them. */
export function PdfSearch({ view, state }: { view: PdfView; state: PdfState }) {
  const t = useTranslations('lightbox');
  const [query, setQuery] = useState<string | null>(null);
  const { current, total } = state.matchesCount;
  const search = (next: string | null) => {
    setQuery(next);
    view.find(next ?? '');
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.code !== 'KeyF') return;
      event.preventDefault();
      setQuery((before) => before ?? '');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  if (query === null) {
    return <LightboxButton icon={Search} label={t('search')} shortcut="Ctrl F" onClick={() => search('')} />;
  }
  const found = state.isSearching && total === 0 ? t('searching') : t('matches', { index: current, total });
  return (
    <search className="flex items-center gap-1 rounded-lg bg-neutral-800 pr-1 pl-3 max-sm:absolute max-sm:inset-x-2 max-sm:top-full">
      <input
        // biome-ignore lint/a11y/noAutofocus: the field appears on the reader's own press
        autoFocus
        value={query}
        aria-label={t('search')}
        placeholder={t('searchPlaceholder')}
        onChange={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') view.findAgain(event.shiftKey ? -1 : 1);
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          search(null);
        }}
        className="h-9 w-32 min-w-0 bg-transparent text-md text-white outline-none placeholder:text-white/60 max-sm:flex-1 sm:w-48 sm:text-base"
      />
      <output aria-live="polite" className="text-xs whitespace-nowrap text-white/80 tabular">
        {query.trim() === '' ? '' : found}
      </output>
      <LightboxButton
        icon={ChevronUp}
        size="sm"
        label={t('previousMatch')}
        disabled={total === 0}
        onClick={() => view.findAgain(-1)}
      />
      <LightboxButton
        icon={ChevronDown}
        size="sm"
        label={t('nextMatch')}
        disabled={total === 0}
        onClick={() => view.findAgain(1)}
      />
      <LightboxButton icon={X} size="sm" label={t('closeSearch')} onClick={() => search(null)} />
    </search>
  );
}
