/** How two entity tags are compared: RFC 9110, 8.8.3.2. */
export type TagComparison = 'strong' | 'weak';

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DELETE = 0x7f;

/**
 * Quotes a bare tag as it stands in the row. Rows of older programs may hold a tag already quoted (it is taken as it
 * is) or a weak one, none, or something that is no tag at all: those get a strong tag from `id` and size, which is
 * honest because stored objects never change.
 */
export function strongEntityTag(stored: string | null, id: string, sizeBytes: number): string {
  if (stored !== null) {
    if (isBareTag(stored)) return `"${stored}"`;
    if (stored.length > 2 && stored.startsWith('"') && stored.endsWith('"') && isBareTag(stored.slice(1, -1))) {
      return stored;
    }
  }
  return `"${encodeURIComponent(id.toWellFormed())}-${sizeBytes.toString(16)}"`;
}

/**
 * Whether the field value of If-Match or If-None-Match (`*` or a list of tags) names `current`, a strong tag in quotes.
 * A value that breaks the grammar matches nothing: If-Match then fails and If-None-Match lets the answer through, the
 * harmless side of both. One pass, no copies. RFC 9110, 13.1.1 and 13.1.2; lists with empty members: 5.6.1.2.
 */
export function matchesEntityTags(field: string, current: string, comparison: TagComparison): boolean {
  if (field === current || field === '*') return true;
  let matched = false;
  let memberMayStart = true;
  let position = 0;
  while (position < field.length) {
    const code = field.charCodeAt(position);
    if (code === SPACE || code === TAB) {
      position += 1;
    } else if (code === COMMA) {
      memberMayStart = true;
      position += 1;
    } else {
      const weak = field.startsWith('W/', position);
      const start = weak ? position + 2 : position;
      const end = endOfOpaqueTag(field, start);
      if (!memberMayStart || end < 0) return false;
      if (!matched && !(weak && comparison === 'strong') && end - start === current.length) {
        matched = field.startsWith(current, start);
      }
      memberMayStart = false;
      position = end;
    }
  }
  return matched;
}

/** The position after the closing quote of the opaque-tag that starts at `start`, or -1 when none does. */
function endOfOpaqueTag(field: string, start: number): number {
  if (field.charCodeAt(start) !== QUOTE) return -1;
  for (let position = start + 1; position < field.length; position += 1) {
    const code = field.charCodeAt(position);
    if (code === QUOTE) return position + 1;
    if (!isTagCharacter(code)) return -1;
  }
  return -1;
}

function isBareTag(text: string): boolean {
  if (text === '') return false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    // Without obs-text: what we send stays ASCII.
    if (!isTagCharacter(code) || code > DELETE) return false;
  }
  // `W/abc` is made of tag characters, but somebody meant a weak tag.
  return !text.startsWith('W/');
}

/** etagc of RFC 9110, 8.8.3: anything visible but the quote, and obs-text. */
function isTagCharacter(code: number): boolean {
  return code > SPACE && code !== QUOTE && code !== DELETE && code <= 0xff;
}
