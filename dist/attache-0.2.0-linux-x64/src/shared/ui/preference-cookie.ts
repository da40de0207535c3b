const oneYearSeconds = 31_536_000;

/**
 * Keeps a choice of the reader's where the server sees it too, so the first byte of the next page is already right.
 * Not a secret and not a session: readable by scripts on purpose.
 */
export function writePreferenceCookie(name: string, value: string): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is absent from Firefox ESR and from plain http.
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${oneYearSeconds}; SameSite=Lax${secure}`;
}
