import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { PdfSearch } from './use-pdf-search.ts';

export function PdfSearchBar({ search, onClose }: { search: PdfSearch; onClose: () => void }) {
  const t = useTranslations('viewer');
  const { query, matches, index, isRunning } = search;
  const found =
    query.trim() === ''
      ? ''
      : matches.length === 0 && isRunning
        ? t('searching')
        : t('matches', { index: index + 1, total: matches.length });
  return (
    <search className="flex items-center gap-1 rounded-lg bg-white/10 pr-1 pl-3 max-sm:w-full">
      <input
        // biome-ignore lint/a11y/noAutofocus: the field appears on the reader's own press
        autoFocus
        value={query}
        aria-label={t('search')}
        placeholder={t('searchPlaceholder')}
        onChange={(event) => search.setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search.step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') {
            event.stopPropagation();
            onClose();
          }
        }}
        className="h-9 w-32 min-w-0 bg-transparent text-md text-white outline-none placeholder:text-white/60 max-sm:flex-1 sm:w-48 sm:text-base"
      />
      <output aria-live="polite" className="text-xs whitespace-nowrap text-white/70 tabular">
        {found}
      </output>
      <IconButton
        size="sm"
        variant="overlay"
        label={t('previousMatch')}
        disabled={index < 0}
        onClick={() => search.step(-1)}
      >
        <ChevronUp aria-hidden="true" />
      </IconButton>
      <IconButton
        size="sm"
        variant="overlay"
        label={t('nextMatch')}
        disabled={index < 0}
        onClick={() => search.step(1)}
      >
        <ChevronDown aria-hidden="true" />
      </IconButton>
      <IconButton size="sm" variant="overlay" label={t('closeSearch')} onClick={onClose}>
        <X aria-hidden="true" />
      </IconButton>
    </search>
  );
}
