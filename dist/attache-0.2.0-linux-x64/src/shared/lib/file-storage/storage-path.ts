import { createHash, randomBytes } from 'node:crypto';

/** First segment of every path made here; older rows may have others. */
export const STORAGE_PREFIX = 'support-chat/';

/** S3 takes keys of at most 1,024 bytes; no driver gets a longer one, so that files can move between drivers. */
const MAX_PATH_BYTES = 1024;

/** The local driver keeps its unfinished files there: no row may ever point inside. */
const RESERVED_ROOT_SEGMENT = '.tmp';

const PLAIN_ID = /^[A-Za-z0-9-]{1,64}$/;

/**
 * A fresh path `support-chat/<user>/<128 random bits>`, plain ASCII because Supabase refuses other keys.
 * A uuid stays readable in it. An id with any other character is replaced by its digest: old databases have ids that
 * are e-mail addresses or worse, and no text of a user's may reach a bucket listing or a log of the storage.
 */
export function createStoragePath(userId: string): string {
  const folder = PLAIN_ID.test(userId) ? userId : `_${createHash('sha256').update(userId).digest('hex')}`;
  return `${STORAGE_PREFIX}${folder}/${randomBytes(16).toString('hex')}`;
}

/**
 * Accepts what older rows may hold (`chat/2023/file name.png`) and nothing that could leave the root of a driver.
 * @throws TypeError when the path is empty, absolute, too long, has an empty, `.` or `..` segment, a control
 * character or half a surrogate pair. The message does not repeat the path: it may end up in an answer.
 */
export function assertStoragePath(path: string): void {
  if (!isStoragePath(path)) throw new TypeError('not a storage path');
}

/** What `assertStoragePath` asserts. */
export function isStoragePath(path: string): boolean {
  if (path === '' || !isPlainText(path)) return false;
  const segments = path.split('/');
  return segments[0]?.toLowerCase() !== RESERVED_ROOT_SEGMENT && segments.every(isInnerSegment);
}

/**
 * As `assertStoragePath`, for the beginning of paths: may be empty and may end inside a segment.
 * @throws TypeError
 */
export function assertStoragePrefix(prefix: string): void {
  if (!isPlainText(prefix)) throw new TypeError('not a storage prefix');
  const whole = prefix.split('/').slice(0, -1);
  if (whole[0]?.toLowerCase() === RESERVED_ROOT_SEGMENT) throw new TypeError('not a storage prefix: reserved');
  if (!whole.every(isInnerSegment)) throw new TypeError('not a storage prefix: leaves its folder');
}

/**
 * Orders as the UTF-8 bytes do: the order of S3 listings and of `COLLATE "C"` in PostgreSQL. Comparing UTF-16 units
 * differs in one place only: surrogates (U+10000 and up) sort before U+E000 to U+FFFF there, after them in UTF-8.
 */
export function compareStoragePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function isInnerSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}

function isPlainText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text) && Buffer.byteLength(text) <= MAX_PATH_BYTES;
}
