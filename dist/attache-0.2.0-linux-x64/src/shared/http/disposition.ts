import { encodeExtended } from 'content-disposition';
import { withoutInvisible } from '#shared/text/without-invisible.ts';
import { deliveryType, TELLING_EXTENSIONS } from './inline-types.ts';

export type DispositionType = 'inline' | 'attachment';

/** Leaves room under the 255 bytes of common file systems for a browser's " (1)" and ".crdownload". */
const MAX_NAME_BYTES = 200;
/** Longer ones come only from rows that no upload of ours wrote; their end holds the extension. */
const MAX_INSPECTED_CHARACTERS = 4096;
const NAMELESS = 'file';

const RESERVED_ON_WINDOWS = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const EXTENSION = /^[a-z0-9]{1,10}$/;

const encoder = new TextEncoder();

/**
 * A file name that is safe to send and to save: one path part, nothing invisible, no dot or space at either end, at
 * most 200 bytes of UTF-8 without a code point cut, and an ending that fits `mimeType` (`photo.png.exe` of a PNG becomes
 * `photo.png`). Applying it twice changes nothing more.
 */
export function presentFileName(name: string, mimeType: string): string {
  const inspected = name.length > MAX_INSPECTED_CHARACTERS ? name.slice(-MAX_INSPECTED_CHARACTERS) : name;
  const visible = withoutInvisible(inspected);
  const lastPart = visible.slice(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1);
  const [stem, extension] = splitFittingExtension(trimDotsAndSpaces(lastPart), deliveryType(mimeType).extensions);
  const guarded = RESERVED_ON_WINDOWS.test(stem) ? `_${stem}` : stem;
  return `${trimEnd(capBytes(guarded || NAMELESS, MAX_NAME_BYTES - extension.length))}${extension}`;
}

/**
 * The Content-Disposition field: RFC 6266, with `filename*` of RFC 8187 beside an ASCII fallback where the name needs
 * it. The fallback avoids `%`, quotes and backslashes, which browsers do not agree on (RFC 6266, appendix D), and is
 * always quoted, because not every reader knows the bare form. `fileName` as `presentFileName` gives it.
 */
export function contentDisposition(type: DispositionType, fileName: string): string {
  const fallback = fileName.replace(/[^\x20-\x7e]+|[%"\\]/g, '_');
  const plain = `${type}; filename="${fallback}"`;
  return fallback === fileName ? plain : `${plain}; filename*=${encodeExtended(fileName)}`;
}

/**
 * `photo.png` of a text becomes `photo.png.txt`: that the name promised something else stays to be seen, by readers and
 * by `isFalselyNamedText`. For new files, before `presentFileName`, which would take the ending off.
 */
export function keepFalseEnding(name: string, mimeType: string): string {
  return mimeType === TEXT && TELLING_EXTENSIONS.has(endingOf(name)) && !isTextEnding(endingOf(name))
    ? `${name}.txt`
    : name;
}

/**
 * Whether a text was called a picture, a page or a script. Whatever it is then, it is nothing to show: THREATS.md 11
 * wants a script named `photo.png` saved and never opened, and no byte tells a script from a letter.
 */
export function isFalselyNamedText(name: string, mimeType: string): boolean {
  if (deliveryType(mimeType) !== deliveryType(TEXT)) return false;
  const ending = endingOf(name);
  const inner = isTextEnding(ending) ? endingOf(name.slice(0, -ending.length - 1)) : ending;
  return TELLING_EXTENSIONS.has(inner) && !isTextEnding(inner);
}

const TEXT = 'text/plain';

function isTextEnding(ending: string): boolean {
  return deliveryType(TEXT).extensions.includes(ending);
}

/** In small letters, without the dot; empty without one. */
function endingOf(name: string): string {
  const trimmed = trimEnd(name);
  const dot = trimmed.lastIndexOf('.');
  return dot < 0 ? '' : trimmed.slice(dot + 1).toLowerCase();
}

/** Takes endings that tell of another type off the name; the ending returned has its dot, and fits. */
function splitFittingExtension(name: string, fitting: readonly string[]): [stem: string, extension: string] {
  let stem = name;
  for (;;) {
    const dot = stem.lastIndexOf('.');
    const ending = dot < 0 ? '' : stem.slice(dot + 1);
    const extension = ending.toLowerCase();
    if (fitting.length === 0)
      return EXTENSION.test(extension) && dot > 0 ? [stem.slice(0, dot), `.${ending}`] : [stem, ''];
    if (dot > 0 && fitting.includes(extension)) return [trimEnd(stem.slice(0, dot)), `.${ending}`];
    if (dot < 0 || !TELLING_EXTENSIONS.has(extension)) return [stem, `.${fitting[0]}`];
    stem = trimEnd(stem.slice(0, dot));
  }
}

function capBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  // encodeInto writes whole code points only.
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

function trimDotsAndSpaces(text: string): string {
  let start = 0;
  while (start < text.length && isDotOrSpace(text[start])) start += 1;
  return trimEnd(text.slice(start));
}

/** A loop and not a pattern: `/[. ]+$/` is quadratic over a name of dots. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isDotOrSpace(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

function isDotOrSpace(character: string | undefined): boolean {
  return character === '.' || character === ' ' || character === '\u00a0' || character === '\u3000';
}
