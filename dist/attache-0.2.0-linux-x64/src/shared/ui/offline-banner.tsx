'use client';

import { WifiOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void) {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** What the browser believes; false is certain, true is only a hope. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
}

/** A strip above the page while the device itself knows that it has no network; `--page-height` shrinks by it. */
export function OfflineBanner() {
  const t = useTranslations('common');
  const online = useOnline();
  return (
    <div role="status" data-offline={!online}>
      {online ? null : (
        <p className="flex h-8 items-center justify-center gap-2 bg-ink px-4 text-sm text-canvas">
          <WifiOff aria-hidden="true" className="size-4 shrink-0" />
          <span className="truncate">{t('offline')}</span>
        </p>
      )}
    </div>
  );
}
