/** Beginnings that browsers take for HTML (WHATWG MIME Sniffing, 7.1: https://mimesniff.spec.whatwg.org/#rules-for-identifying-an-unknown-mime-type). */
const HTML_START =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|img|svg|meta|link|form|object|embed)(?=[\s>/])/i;
const SVG_NAMESPACE = /^<(\w+):svg(?=[\s>])[^>]*xmlns:\1\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/;

/**
 * What the markup at the beginning of a text is: by its root element behind declaration, comments and document type.
 * null for a text that is none, also one that merely begins with an angle bracket.
 */
export function detectMarkup(text: string): 'svg' | 'html' | 'xml' | null {
  const start = text.trimStart();
  if (!start.startsWith('<')) return null;
  const root = skipProlog(start);
  if (/^<svg(?=[\s>/])/.test(root) || SVG_NAMESPACE.test(root)) return 'svg';
  // Behind the declaration of XML `<a>` and `<title>` are anybody's elements.
  const isPage = start.startsWith('<?xml')
    ? /^<html[\s>/]/i.test(root)
    : HTML_START.test(start) || HTML_START.test(root);
  if (isPage || /^<\?php/i.test(start)) return 'html';
  return root.length < start.length || /^<[?!]/.test(start) ? 'xml' : null;
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
  if (rest.startsWith('<?') && !/^<\?(php|=)/i.test(rest)) return lengthThrough(rest, '?>');
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
