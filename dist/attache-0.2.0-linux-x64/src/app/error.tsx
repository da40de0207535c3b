'use client';

import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';

/** The digest is the only thing shown of an error: it finds the log line and tells a stranger nothing. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations('common');
  useEffect(() => console.error(error), [error]);
  return (
    <main id="content" tabIndex={-1} className="grid min-h-(--page-height) place-items-center bg-surface">
      <EmptyState
        heading="h1"
        icon={<TriangleAlert />}
        title={t('error.title')}
        action={
          <Button variant="primary" onClick={reset}>
            {t('retry')}
          </Button>
        }
      >
        <p>{t('error.body')}</p>
        {error.digest ? <p className="mt-2 text-sm">{t('error.reference', { digest: error.digest })}</p> : null}
      </EmptyState>
    </main>
  );
}
