'use client';

import { useTranslations } from 'next-intl';
import { Spinner } from '#shared/ui/spinner.tsx';
import { useLiveStatus } from '../data/support-chat-provider.tsx';

/** Appears only while the events are lost: a list that looks alive and is not would mislead. */
export function LiveMark() {
  const t = useTranslations('inbox.live');
  const status = useLiveStatus();
  return (
    <span role="status" className="text-xs text-muted">
      {status === 'lost' ? (
        <span className="flex items-center gap-1.5">
          <Spinner />
          {t('reconnecting')}
        </span>
      ) : null}
    </span>
  );
}
