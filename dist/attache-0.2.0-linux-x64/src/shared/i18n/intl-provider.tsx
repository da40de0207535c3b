'use client';

import { NextIntlClientProvider } from 'next-intl';
import type { ReactNode } from 'react';
import type { Locale } from './locales.ts';
import type { Messages } from './messages.ts';

export interface IntlProviderProps {
  locale: Locale;
  messages: Messages;
  children: ReactNode;
}

/**
 * Times are shown in the reader's own time zone, which only the browser knows; the server draws no times (they all
 * arrive with the data), so the two never disagree.
 */
export function IntlProvider({ locale, messages, children }: IntlProviderProps) {
  const timeZone = typeof window === 'undefined' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone}>
      {children}
    </NextIntlClientProvider>
  );
}
