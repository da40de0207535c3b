import { isUtf8 } from 'node:buffer';
import { cutOffLength, detectCharset, detectWideCharset, UNKNOWN_CHARSET } from './charset.ts';

export interface TextStart {
  /** Good enough to look for markup: letters beyond ASCII may be wrong where the encoding is unknown. */
  text: string;
  /** A label of the WHATWG Encoding Standard, `utf-32le`, `utf-32be` or `UNKNOWN_CHARSET`. */
  charset: string;
}

/** Byte order marks; those of UTF-32 first, because UTF-16's is how one of them begins. */
const MARKS: readonly (readonly [mark: string, charset: string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe0000', 'utf-32le'],
  ['0000feff', 'utf-32be'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** A text without anything that texts seldom hold: UTF-8, or marked as UTF-16 or UTF-32. null: something else. */
export function readPlainText(bytes: Buffer): TextStart | null {
  const charset = MARKS.find(([mark]) => bytes.toString('hex', 0, mark.length / 2) === mark)?.[1] ?? 'utf-8';
  const text = decode(bytes, charset);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text === null || /[\0-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? null : { text, charset };
}

/**
 * A text all the same, for bytes that no format claims: with the end-of-file mark of DOS, separators of records, colours
 * of a terminal, a block of NULs that a power cut left, or in an older encoding.
 * @param isNamedText whether the name says text: it may then hold more of what texts seldom hold.
 */
export async function readOddText(bytes: Buffer, isNamedText: boolean): Promise<TextStart | null> {
  const wide = bytes.includes(0) ? await detectWideCharset(bytes) : null;
  const text = wide === null ? null : decode(bytes, wide);
  // A few bytes of anything can be read as rare letters; a text has a space, a digit or the end of a line.
  if (wide !== null && text !== null && /[\s\d]/.test(text)) return { text, charset: wide };
  if (!isMostlyText(bytes, isNamedText)) return null;
  if (isUtf8(bytes.subarray(0, bytes.length - cutOffLength(bytes)))) {
    return { text: decode(bytes, 'utf-8') ?? '', charset: 'utf-8' };
  }
  const charset = await detectCharset(bytes);
  if (charset === null || (charset === UNKNOWN_CHARSET && !isNamedText)) return null;
  return { text: bytes.toString('latin1'), charset };
}

/** Bell, vertical tab, form feed, the end of DOS, escape, and the separators of fields and records (SOH, STX, ETX, FS, GS, RS, US). */
const SOFT_CONTROLS = new Set([1, 2, 3, 7, 8, 0x0b, 0x0c, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x7f]);
const MAX_SOFT_SHARE = 0.5;
const MAX_HARD_SHARE = 0.01;
const MAX_NUL_RUNS = 4;
const MIN_BYTES_AROUND_NULS = 8;
const MIN_TEXT_SHARE_OF_NAMED = 0.02;

/** Counts what stands in the way; NULs may fill one or a few holes of any length, as lost blocks of a disk do. */
function isMostlyText(bytes: Buffer, isNamedText: boolean): boolean {
  let [soft, hard, nuls, nulRuns] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) {
      nuls += 1;
      if (bytes[at - 1] !== 0) nulRuns += 1;
    } else if (SOFT_CONTROLS.has(byte)) soft += 1;
    else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) hard += 1;
  }
  const rest = bytes.length - nuls;
  const hasText = isNamedText
    ? rest >= bytes.length * MIN_TEXT_SHARE_OF_NAMED
    : nuls === 0 || (nulRuns <= MAX_NUL_RUNS && rest >= MIN_BYTES_AROUND_NULS);
  return rest - soft - hard > 0 && hasText && soft <= rest * MAX_SOFT_SHARE && hard <= rest * MAX_HARD_SHARE;
}

/** null where the bytes are impossible in the encoding. A character cut off at the end is fine. */
function decode(bytes: Buffer, charset: string): string | null {
  if (charset.startsWith('utf-32')) return decodeUtf32(bytes, charset === 'utf-32le');
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** Not among the encodings of the web, so no `TextDecoder` knows it. */
function decodeUtf32(bytes: Buffer, isLittleEndian: boolean): string | null {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const codePoint = isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return null;
    if (codePoint !== 0xfeff) text += String.fromCodePoint(codePoint);
  }
  return text;
}
