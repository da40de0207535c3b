import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { Wordmark } from '#shared/ui/brand.tsx';
import { AuthScene } from './auth-scene.tsx';
import { LanguageSwitch } from './language-switch.tsx';

/** The frame of the pages before an account: the form at the left, a quiet scene of the product at the right. */
export async function AuthPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const [t, tCommon] = await Promise.all([getTranslations('auth'), getTranslations('common')]);
  return (
    <div className="grid min-h-(--page-height) bg-surface lg:grid-cols-[minmax(30rem,2fr)_3fr]">
      <div className="flex flex-col px-5 sm:px-10">
        <header className="flex h-16 items-center justify-between">
          <Wordmark name={tCommon('productName')} className="text-lg" />
          <LanguageSwitch />
        </header>
        <main id="content" tabIndex={-1} className="mx-auto flex w-full max-w-92 flex-1 flex-col justify-center py-8">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-1.5 mb-7 text-base text-muted">{lead}</p>
          {children}
        </main>
        <footer className="pb-6">
          <p className="mx-auto max-w-92 text-sm text-muted">{t('privacy')}</p>
        </footer>
      </div>
      <AuthScene />
    </div>
  );
}
