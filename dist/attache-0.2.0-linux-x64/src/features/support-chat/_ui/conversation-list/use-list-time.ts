import { useLocale, useNow, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { regionalLocale } from '#shared/i18n/regional-locale.ts';
import { chooseListTime, measureWaiting } from './list-time.ts';

const formats = {
  time: { hour: 'numeric', minute: '2-digit' },
  weekday: { weekday: 'short' },
  day: { day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'numeric', year: '2-digit' },
} as const;

function createFormatters(locale: string) {
  const create = (kind: keyof typeof formats) => new Intl.DateTimeFormat(locale, formats[kind]);
  return { time: create('time'), weekday: create('weekday'), day: create('day'), date: create('date') };
}

/** Words for times in a list; they move on by themselves twice a minute. */
export function useListTime(): { tellTime: (iso: string) => string; tellWaiting: (iso: string) => string } {
  const t = useTranslations('inbox.row');
  const locale = regionalLocale(useLocale());
  // One for each kind of time, not one for each row: they are slow to make.
  const formatters = useMemo(() => createFormatters(locale), [locale]);
  const now = useNow({ updateInterval: 30_000 });
  return {
    tellTime(iso) {
      const at = new Date(iso);
      const kind = chooseListTime(at, now);
      return kind === 'yesterday' ? t('yesterday') : formatters[kind].format(at);
    },
    tellWaiting(iso) {
      const { unit, count } = measureWaiting(new Date(iso), now);
      return t(unit, { count });
    },
  };
}
