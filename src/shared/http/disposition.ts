import { encodeExtended } from 'content-disposition';
import { essenceOf, findMediaType, type MediaType, typesOfExtension } from '#shared/file-type/media-types.ts';
import { DEFAULT_BLOCKED_TYPES } from '#shared/file-type/type-policy.ts';
import { withoutInvisible } from '#shared/text/without-invisible.ts';

export type DispositionType = 'inline' | 'attachment';

/** What common file systems hold. */
const MAX_NAME_BYTES = 255;
/** Of a longer name so much of the end is kept: what tells "scan (3)" from "scan (2)" stands there. */
const KEPT_END_BYTES = 60;
/** Longer ones come only from rows that no upload of ours wrote. */
const MAX_INSPECTED_CHARACTERS = 4096;
const NAMELESS = 'file';

const RESERVED_ON_WINDOWS = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const encoder = new TextEncoder();

/** A dot and so few letters or digits are an ending; "v2. final draft" has none. */
const ENDING = /\.([a-z0-9_~-]{1,16})$/i;

/**
 * A file name that is safe to send and to save, and otherwise as it was: one path part, NFC, nothing invisible, no dot
 * or space at either end, at most 255 bytes of UTF-8. Only an ending that lies about danger is changed: `photo.png.exe`
 * of a picture becomes `photo.png`, `photo.png` of a text `photo.png.txt`. Applying it twice changes nothing more.
 */
export function presentFileName(name: string, mimeType: string): string {
  const half = MAX_INSPECTED_CHARACTERS / 2;
  const inspected = name.length > MAX_INSPECTED_CHARACTERS ? name.slice(0, half) + name.slice(-half) : name;
  const visible = withoutInvisible(inspected).normalize('NFC');
  const lastPart = visible.slice(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1);
  const honest = withHonestEnding(trimDotsAndSpaces(lastPart) || NAMELESS, mimeType);
  return capBytes(RESERVED_ON_WINDOWS.test(honest) ? `_${honest}` : honest);
}

/** The name with another ending, for a rendition of the file. */
export function withEnding(name: string, ending: string): string {
  return `${name.slice(0, name.length - endingOf(name).length).replace(/\.$/, '')}.${ending}`;
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
 * Whether a text was called a picture, a page or a script. Whatever it is then, it is nothing to show: a script named
 * `photo.png` is saved and never opened, and no byte tells a script from a letter.
 */
export function isFalselyNamedText(name: string, mimeType: string): boolean {
  if (essenceOf(mimeType) !== TEXT) return false;
  const ending = endingOf(name);
  const inner = endingOf(name.slice(0, -ending.length - 1));
  return [ending, isTextEnding(ending) ? inner : ''].some((one) => RUN_ENDINGS.has(one) || isDress(one));
}

const TEXT = 'text/plain';
const RUN_ENDINGS: ReadonlySet<string> = new Set(DEFAULT_BLOCKED_TYPES);

function withHonestEnding(name: string, mimeType: string): string {
  const type = findMediaType(mimeType);
  if (type === null) return name;
  let honest = name;
  // What else may run, such as an installer among archives, is for the settings to refuse.
  if (isHarmless(type)) {
    for (let ending = endingOf(honest); runsAs(ending, type); ending = endingOf(honest)) {
      honest = trimEnd(honest.slice(0, -ending.length - 1));
    }
  }
  const ending = endingOf(honest);
  // A text without an ending is nothing unusual (README, Makefile); any other file would find no program.
  const isNameless = ending === '' && (type.kind !== 'text' || honest === NAMELESS);
  const isDressedUp = isDress(ending) && !type.extensions.includes(ending) && needsPlainName(type);
  return isNameless || isDressedUp ? `${honest || NAMELESS}.${plainEnding(type)}` : honest;
}

function runsAs(ending: string, type: MediaType): boolean {
  return RUN_ENDINGS.has(ending) && !type.extensions.includes(ending);
}

/** Pictures, videos, sounds and PDF: what people open without a thought. */
function isHarmless(type: MediaType | undefined): boolean {
  return type !== undefined && ['image', 'video', 'audio', 'pdf'].includes(type.kind);
}

function isDress(ending: string): boolean {
  return isHarmless(typesOfExtension(ending)[0]);
}

/** Texts, which may be scripts; drawings and pages with scripts; programs. */
function needsPlainName(type: MediaType): boolean {
  if (type.kind === 'text' || type.mimeType === 'image/svg+xml') return true;
  return type.mimeType === 'application/xml' || type.extensions.some((extension) => RUN_ENDINGS.has(extension));
}

function plainEnding(type: MediaType): string {
  if (type.extensions.some((extension) => RUN_ENDINGS.has(extension))) return 'bin';
  return type.mimeType === 'application/xml' ? 'txt' : type.extensions[0];
}

function isTextEnding(ending: string): boolean {
  return typesOfExtension(ending).some(({ kind }) => kind === 'text');
}

/** In small letters, without the dot; empty without one. */
function endingOf(name: string): string {
  const ending = ENDING.exec(trimEnd(name));
  return ending !== null && ending.index > 0 ? (ending[1] ?? '').toLowerCase() : '';
}

/** Takes out of the middle what is too much, whole characters only. */
function capBytes(name: string): string {
  if (name.length * 3 <= MAX_NAME_BYTES) return name;
  const bytes = encoder.encode(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  const end = wholeCharacters(bytes.subarray(bytes.length - KEPT_END_BYTES));
  const start = wholeCharacters(bytes.subarray(0, MAX_NAME_BYTES - encoder.encode(`…${end}`).length));
  return `${start}…${end}`;
}

/** Decodes a cut; half a character at either side is left out. */
function wholeCharacters(cut: Uint8Array): string {
  return new TextDecoder().decode(cut).replace(/^\ufffd+|\ufffd+$/g, '');
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
