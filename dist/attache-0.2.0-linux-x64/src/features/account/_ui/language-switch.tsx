'use client';

import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTransition } from 'react';
import { chooseLocale } from '#shared/i18n/choose-locale.ts';
import { type Locale, localeNames, locales } from '#shared/i18n/locales.ts';
import { cn } from '#shared/ui/cn.ts';

/** The language of the page and how to change it; what is typed in a form stays. */
export function useLanguage(): { locale: Locale; choose: (locale: Locale) => void } {
  const router = useRouter();
  const locale = useLocale();
  const [, startTransition] = useTransition();
  return {
    locale,
    choose: (next) => {
      chooseLocale(next);
      startTransition(() => router.refresh());
    },
  };
}

/** Two words side by side, for pages before the account menu exists. */
export function LanguageSwitch() {
  const t = useTranslations('common.language');
  const { locale, choose } = useLanguage();
  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">{t('label')}</legend>
      {locales.map((option) => (
        <button
          key={option}
          type="button"
          lang={option}
          aria-pressed={option === locale}
          onClick={() => choose(option)}
          className={cn(
            'h-8 rounded-md px-2.5 text-sm transition-colors',
            option === locale ? 'font-medium text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
          )}
        >
          {localeNames[option]}
        </button>
      ))}
    </fieldset>
  );
}
