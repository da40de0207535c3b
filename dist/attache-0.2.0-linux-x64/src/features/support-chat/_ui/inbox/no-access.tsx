'use client';

import { LockKeyhole } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useTransition } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';

const checkEveryMs = 20_000;

/** For staff without the permission: says whom to ask, and opens by itself once it is granted. */
export function NoAccess({ accountMenu }: { accountMenu: ReactNode }) {
  const t = useTranslations('inbox.noAccess');
  const router = useRouter();
  const [busy, startTransition] = useTransition();
  useEffect(() => {
    const check = () => {
      if (document.visibilityState === 'visible') router.refresh();
    };
    const timer = setInterval(check, checkEveryMs);
    document.addEventListener('visibilitychange', check);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', check);
    };
  }, [router]);
  return (
    <main id="content" tabIndex={-1} className="relative flex min-w-0 flex-1 bg-surface">
      <div className="absolute top-3 right-4 md:hidden">{accountMenu}</div>
      <EmptyState
        heading="h1"
        icon={<LockKeyhole />}
        title={t('title')}
        className="flex-1"
        action={
          <Button busy={busy} onClick={() => startTransition(() => router.refresh())}>
            {t('check')}
          </Button>
        }
      >
        <p>{t('body')}</p>
        <p className="mt-2">{t('ask')}</p>
      </EmptyState>
    </main>
  );
}
