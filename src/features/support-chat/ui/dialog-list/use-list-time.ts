import { useFormatter, useNow, useTranslations } from 'next-intl';
import { chooseListTime, measureWaiting } from './list-time.ts';

const formats = {
  time: { hour: 'numeric', minute: '2-digit' },
  weekday: { weekday: 'short' },
  day: { day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'numeric', year: '2-digit' },
} as const;

/** Words for times in a list; they move on by themselves twice a minute. */
export function useListTime(): { tellTime: (iso: string) => string; tellWaiting: (iso: string) => string } {
  const t = useTranslations('inbox.row');
  const format = useFormatter();
  const now = useNow({ updateInterval: 30_000 });
  return {
    tellTime(iso) {
      const at = new Date(iso);
      const kind = chooseListTime(at, now);
      return kind === 'yesterday' ? t('yesterday') : format.dateTime(at, formats[kind]);
    },
    tellWaiting(iso) {
      const { unit, count } = measureWaiting(new Date(iso), now);
      return t(unit, { count });
    },
  };
}
