import { Compass } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { buttonClass } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('common.notFound'))('title') };
}

export default async function NotFoundPage() {
  const t = await getTranslations('common.notFound');
  return (
    <main id="content" tabIndex={-1} className="grid min-h-(--page-height) place-items-center bg-surface">
      <EmptyState
        heading="h1"
        icon={<Compass />}
        title={t('title')}
        action={
          <Link href="/" className={buttonClass('primary')}>
            {t('home')}
          </Link>
        }
      >
        {t('body')}
      </EmptyState>
    </main>
  );
}
