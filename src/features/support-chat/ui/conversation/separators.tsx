import { useLocale, useTranslations } from 'next-intl';
import { formatDay } from './format.ts';

export function DaySeparator({ at }: { at: string }) {
  const locale = useLocale();
  return (
    <div className="flex justify-center pt-5 pb-2">
      <h3 className="rounded-full bg-surface/75 px-3 py-1 text-xs font-medium text-muted">
        <time dateTime={at.slice(0, 10)}>{formatDay(at, locale, new Date())}</time>
      </h3>
    </div>
  );
}

export function UnreadSeparator() {
  const t = useTranslations('conversation');
  return (
    <div className="flex items-center gap-3 px-5 pt-4 pb-1 text-xs font-medium text-accent-text">
      <span aria-hidden="true" className="h-px flex-1 bg-accent/30" />
      {t('unread')}
      <span aria-hidden="true" className="h-px flex-1 bg-accent/30" />
    </div>
  );
}
