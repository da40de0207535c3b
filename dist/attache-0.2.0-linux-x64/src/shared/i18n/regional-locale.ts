/**
 * The reader's own kind of a language: the pages speak "en", but 14:05 and 28/11 in Britain are 2:05 PM and 11/28 in
 * America. In the browser only; elsewhere the language as it is.
 */
export function regionalLocale(locale: string, languages = globalThis.navigator?.languages ?? []): string {
  return languages.find((language) => language.split('-')[0] === locale) ?? locale;
}
