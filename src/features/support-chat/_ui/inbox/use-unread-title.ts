import { useTranslations } from 'next-intl';
import { useEffect } from 'react';

/** The number of those who wait, before the title of the tab. */
export function useUnreadTitle(count: number): void {
  const t = useTranslations('inbox.title');
  useEffect(() => {
    if (count === 0) return;
    const plain = document.title;
    document.title = t('unread', { count, title: plain });
    return () => {
      document.title = plain;
    };
  }, [count, t]);
}
