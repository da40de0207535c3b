export type TextPart = { type: 'text'; text: string } | { type: 'link'; text: string; href: string };

// Only http, https and mail become links: everything else (javascript:, data:) stays the text it is. A mail address is
// looked for from its first letter only, or a long word would be walked anew from each of its letters.
const address =
  /\b(?:https?:\/\/|www\.)[^\s<>"'«»]+|(?<![\p{L}\d._%+-])[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/giu;
// What usually ends the sentence, not the address.
const trailing = /[.,:;!?…]+$/u;

function trimAddress(match: string): string {
  let text = match.replace(trailing, '');
  // "(see https://a.b/c)" — the bracket belongs to the address only when it was opened inside it.
  while (text.endsWith(')') && (text.match(/\(/g)?.length ?? 0) < (text.match(/\)/g)?.length ?? 0)) {
    text = text.slice(0, -1).replace(trailing, '');
  }
  return text;
}

function hrefOf(link: string): string {
  if (/^https?:/iu.test(link)) return link;
  return link.toLowerCase().startsWith('www.') ? `https://${link}` : `mailto:${link}`;
}

/** Splits a text into plain parts and addresses of the web and of mail. Joined together the parts are the text again. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let position = 0;
  for (const match of text.matchAll(address)) {
    const link = trimAddress(match[0]);
    const href = hrefOf(link);
    if (!URL.canParse(href)) continue;
    if (match.index > position) parts.push({ type: 'text', text: text.slice(position, match.index) });
    parts.push({ type: 'link', text: link, href });
    position = match.index + link.length;
  }
  if (position < text.length) parts.push({ type: 'text', text: text.slice(position) });
  return parts;
}
