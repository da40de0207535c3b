/**
 * Where to go after signing in. Only a path of this site: `//host`, `/\host` and anything with a scheme would lead a
 * fresh session elsewhere (open redirect). Judged by what comes out, because `/.//host` becomes `//host` on the way.
 */
export function safeNextPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/';
  const base = 'http://attache.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : null;
  return url?.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
}
