import { useTranslations } from 'next-intl';
import type { InboxFilter } from './inbox-order.ts';
import { Segments } from './segments.tsx';

const filters: readonly InboxFilter[] = ['open', 'waiting', 'closed', 'all'];

export interface FilterToggleProps {
  value: InboxFilter;
  onChange: (value: InboxFilter) => void;
  /** How many wait, or null while unknown. */
  waitingCount: number | null;
}

export function FilterToggle({ value, onChange, waitingCount }: FilterToggleProps) {
  const t = useTranslations('inbox.filter');
  return (
    <Segments
      legend={t('label')}
      options={filters.map((filter) => ({
        value: filter,
        label: t(filter),
        count: filter === 'waiting' ? waitingCount : null,
      }))}
      value={value}
      onChange={onChange}
    />
  );
}
