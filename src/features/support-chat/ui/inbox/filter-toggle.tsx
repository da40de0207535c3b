'use client';

import { useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import type { InboxFilter } from './inbox-order.ts';

const filters: readonly InboxFilter[] = ['all', 'waiting', 'closed'];

export interface FilterToggleProps {
  value: InboxFilter;
  onChange: (value: InboxFilter) => void;
  /** How many wait, or null while unknown. */
  waitingCount: number | null;
}

export function FilterToggle({ value, onChange, waitingCount }: FilterToggleProps) {
  const t = useTranslations('inbox.filter');
  return (
    <fieldset className="flex gap-0.5 rounded-md bg-track p-0.5">
      <legend className="sr-only">{t('label')}</legend>
      {filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === value}
          onClick={() => onChange(filter)}
          className={cn(
            'flex h-8 flex-auto items-center justify-center gap-1.5 rounded-sm px-2 text-sm whitespace-nowrap transition-colors sm:h-7',
            filter === value ? 'bg-thumb font-medium text-ink shadow-bubble' : 'text-muted hover:text-ink',
          )}
        >
          {t(filter)}
          {filter === 'waiting' && waitingCount ? (
            <span className="text-xs font-semibold text-waiting-text tabular">
              {waitingCount > 99 ? '99+' : waitingCount}
            </span>
          ) : null}
        </button>
      ))}
    </fieldset>
  );
}
