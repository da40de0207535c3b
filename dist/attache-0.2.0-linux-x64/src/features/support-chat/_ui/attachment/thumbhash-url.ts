import { thumbHashToDataURL } from 'thumbhash';

const known = new Map<string, string>();
/** A hash becomes a PNG of about 3 KB; this many is what a long scroll meets. */
const mostKept = 500;

/** A blurred likeness as a data URL, or null for a hash that is none. */
export function thumbhashUrl(base64: string | null): string | null {
  if (base64 === null) return null;
  const cached = known.get(base64);
  if (cached) return cached;
  try {
    const url = thumbHashToDataURL(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
    if (known.size >= mostKept) known.clear();
    known.set(base64, url);
    return url;
  } catch {
    return null;
  }
}
