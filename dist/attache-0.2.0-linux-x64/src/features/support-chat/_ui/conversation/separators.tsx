import { useLocale, useTranslations } from 'next-intl';
import { useContext } from 'react';
import { formatDay } from '../attachment/format.ts';
import { JumpContext } from './jump.ts';

export function DaySeparator({ at }: { at: string }) {
  const t = useTranslations('conversation');
  const locale = useLocale();
  const { chooseDay } = useContext(JumpContext);
  return (
    <div className="flex justify-center pt-5 pb-2">
      <h3>
        <button
          type="button"
          aria-haspopup="dialog"
          title={t('goToDay')}
          onClick={() => chooseDay(at)}
          className="rounded-full bg-surface/75 px-3 py-1 text-xs font-medium text-muted transition-colors hover:bg-surface hover:text-ink"
        >
          <time dateTime={at.slice(0, 10)}>{formatDay(at, locale, new Date())}</time>
        </button>
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
