/** The sign-in page that leads back to this one. In the browser only. */
export function signInPath(): string {
  const here = `${window.location.pathname}${window.location.search}`;
  return `/sign-in?next=${encodeURIComponent(here)}`;
}
