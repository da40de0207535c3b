import { writePreferenceCookie } from '#shared/ui/preference-cookie.ts';
import { type Locale, localeCookie } from './locales.ts';

/** Keeps the language; the caller refreshes the page, as every word of it comes from the server's choice. */
export function chooseLocale(locale: Locale): void {
  writePreferenceCookie(localeCookie, locale);
}
