/** Claims that let 8-bit text of an older encoding in, which no byte can tell from noise. */
const TEXT_EXTENSIONS: ReadonlySet<string> = new Set(['txt', 'csv', 'log', 'md', 'tsv', 'ini', 'conf', 'srt', 'sql']);

/** Beginnings that browsers take for HTML (WHATWG MIME Sniffing, 7.1). */
const HTML_START =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|svg|meta|link|form|object|embed)(?=[\s>/])/i;

/**
 * The text of the bytes in UTF-8, or UTF-16 with a byte order mark; null when they are something else. A character cut
 * off at the end is fine. Control characters other than those of logs (tab, line ends, form feed, escape, backspace)
 * mean that this is no text.
 */
export function readText(bytes: Uint8Array): string | null {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return /[\u0000-\u0007\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Text of an older encoding (windows-1251 from a Russian Excel): no control characters, and a name that claims text. */
export function looksLikeLegacyText(bytes: Uint8Array, extension: string): boolean {
  if (!TEXT_EXTENSIONS.has(extension)) return false;
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x0c);
}

/** `svg` when the root element is one, `markup` for any HTML, XML or PHP, null for ordinary text. */
export function detectMarkup(text: string): 'svg' | 'markup' | null {
  const start = text.trimStart();
  if (!start.startsWith('<')) return null;
  const root = skipProlog(start);
  if (
    /^<svg(?=[\s>/])/.test(root) ||
    /^<(\w+):svg(?=[\s>])[^>]*xmlns:\1\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(root)
  ) {
    return 'svg';
  }
  const hasProlog = root.length < start.length;
  return hasProlog || /^<[?!]/.test(start) || HTML_START.test(start) ? 'markup' : null;
}

/** What follows the XML declaration, comments and document type. */
function skipProlog(start: string): string {
  let rest = start;
  while (true) {
    const length = prologPartLength(rest);
    if (length === 0) return rest;
    rest = rest.slice(length).trimStart();
  }
}

function prologPartLength(rest: string): number {
  if (rest.startsWith('<?xml')) return lengthThrough(rest, '?>');
  if (rest.startsWith('<!--')) return lengthThrough(rest, '-->');
  if (!/^<!doctype\s/i.test(rest)) return 0;
  const close = rest.indexOf('>');
  const subset = rest.indexOf('[');
  return subset >= 0 && subset < close ? lengthThrough(rest, ']>') : close + 1;
}

/** 0 when the end is not among the first bytes. */
function lengthThrough(text: string, end: string): number {
  const index = text.indexOf(end);
  return index < 0 ? 0 : index + end.length;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
