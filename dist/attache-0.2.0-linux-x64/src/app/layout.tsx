import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { getLocale, getMessages, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { IntlProvider } from '#shared/i18n/intl-provider.tsx';
import { KeyboardInset } from '#shared/ui/keyboard-inset.tsx';
import { OfflineBanner } from '#shared/ui/offline-banner.tsx';
import { isTheme, themeColors, themeCookie } from '#shared/ui/theme.ts';
import { Toaster } from '#shared/ui/toast.tsx';
import { fontVariables } from './fonts.ts';

async function readTheme() {
  const value = (await cookies()).get(themeCookie)?.value;
  return isTheme(value) ? value : 'system';
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('common');
  const productName = t('productName');
  return {
    title: { default: productName, template: `%s · ${productName}` },
    description: t('metaDescription'),
    // `icon.svg` and `apple-icon.png` beside this file add themselves; older browsers ask for the .ico by its name.
    appleWebApp: { title: productName },
    robots: { index: false, follow: false },
    // Numbers in a conversation are not telephone numbers.
    formatDetection: { telephone: false, date: false, address: false, email: false },
  };
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await readTheme();
  return {
    width: 'device-width',
    initialScale: 1,
    viewportFit: 'cover',
    interactiveWidget: 'resizes-content',
    themeColor:
      theme === 'system'
        ? [
            { media: '(prefers-color-scheme: light)', color: themeColors.light },
            { media: '(prefers-color-scheme: dark)', color: themeColors.dark },
          ]
        : themeColors[theme],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, theme, t] = await Promise.all([
    getLocale(),
    getMessages(),
    readTheme(),
    getTranslations('common'),
  ]);
  return (
    <html lang={locale} data-theme={theme} className={fontVariables}>
      <body>
        <a
          href="#content"
          className="fixed top-2 left-2 z-60 -translate-y-20 rounded-md bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0"
        >
          {t('skipToContent')}
        </a>
        <IntlProvider locale={locale} messages={messages}>
          <KeyboardInset />
          <OfflineBanner />
          {children}
          <Toaster closeLabel={t('close')} regionLabel={t('notifications')} />
        </IntlProvider>
      </body>
    </html>
  );
}
