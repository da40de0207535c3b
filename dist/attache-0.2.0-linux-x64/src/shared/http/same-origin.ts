export interface OriginFacts {
  method: string;
  /** The Origin field. */
  origin: string | undefined;
  /** The Sec-Fetch-Site field. */
  secFetchSite: string | undefined;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something comes from a page of another origin and must be refused (403).
 * `appOrigin` is `new URL(APP_URL).origin`. `Origin: null` (sandboxed frames, some redirects) is foreign. A request with
 * neither field is a program, which carries no cookie it was not given; every browser in use sends at least one of the
 * two on a cross-site mutation.
 */
export function isForeignOrigin({ method, origin, secFetchSite }: OriginFacts, appOrigin: string): boolean {
  if (SAFE_METHODS.has(method)) return false;
  if (origin !== undefined && origin !== appOrigin) return true;
  // Not a list of what is bad: a value that is not known yet is foreign. `none` is the user's own doing.
  return secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none';
}
