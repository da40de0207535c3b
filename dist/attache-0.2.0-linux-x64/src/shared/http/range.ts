/** Bytes `start` to `end`, both inclusive. */
export interface ByteSpan {
  start: number;
  end: number;
}

export type RangeResult = { kind: 'ignored' } | { kind: 'unsatisfiable' } | { kind: 'spans'; spans: ByteSpan[] };

/** More parts than this are answered with the whole file: nobody but an attacker or a broken client asks for them. */
export const MAX_RANGE_PARTS = 8;

const IGNORED: RangeResult = { kind: 'ignored' };
const UNSATISFIABLE: RangeResult = { kind: 'unsatisfiable' };
const UNIT = 'bytes=';

interface Digits {
  /** Clamped to MAX_SAFE_INTEGER, which is past the end of any file. */
  value: number;
  /** Without leading zeros, for comparing two clamped values truly. */
  text: string;
}

interface RequestedSpan extends ByteSpan {
  /** Place in the request: parts are answered in that order. */
  order: number;
}

/**
 * Which bytes of a file of `sizeBytes` (more than 0) a Range field asks for: RFC 9110, 14.1.2 and 14.2.
 * `ignored` (answer 200): another unit, a syntax error, an end before its start, too many parts, or several ranges that
 * together are the whole file. Overlapping and adjacent ranges are joined; the rest keep the order of the request
 * (15.3.7.2). The time is that of one pass and one sort of as many spans as a request's headers can hold.
 */
export function resolveRange(field: string, sizeBytes: number): RangeResult {
  if (field.slice(0, UNIT.length).toLowerCase() !== UNIT) return IGNORED;
  const members = splitMembers(field);
  if (members === null || members.length === 0) return IGNORED;
  const satisfiable: RequestedSpan[] = [];
  for (const [order, member] of members.entries()) {
    const span = resolveMember(member, sizeBytes);
    if (span === 'invalid') return IGNORED;
    if (span !== 'unsatisfiable') satisfiable.push({ ...span, order });
  }
  if (satisfiable.length === 0) return UNSATISFIABLE;
  if (members.length === 1) return { kind: 'spans', spans: satisfiable.map(toSpan) };
  const joined = joinSpans(satisfiable);
  if (joined.length > MAX_RANGE_PARTS || totalBytes(joined) >= sizeBytes) return IGNORED;
  return { kind: 'spans', spans: joined.sort((a, b) => a.order - b.order).map(toSpan) };
}

/** Bytes of all spans together. */
export function totalBytes(spans: readonly ByteSpan[]): number {
  return spans.reduce((sum, span) => sum + span.end - span.start + 1, 0);
}

/** The non-empty members of the list after `bytes=`; null where white space stands elsewhere than beside a comma. */
function splitMembers(field: string): string[] | null {
  const members = field.slice(UNIT.length).split(',');
  const last = members.length - 1;
  const trimmed = members.map((member) => trimWhiteSpace(member));
  const first = trimmed[0];
  if (first !== '' && isWhiteSpace(members[0]?.charCodeAt(0))) return null;
  if (trimmed[last] !== '' && isWhiteSpace(members[last]?.charCodeAt(members[last].length - 1))) return null;
  return trimmed.filter((member) => member !== '');
}

function resolveMember(member: string, sizeBytes: number): ByteSpan | 'invalid' | 'unsatisfiable' {
  const dash = member.indexOf('-');
  if (dash < 0) return 'invalid';
  const first = readDigits(member.slice(0, dash));
  const last = readDigits(member.slice(dash + 1));
  if (first === 'invalid' || last === 'invalid') return 'invalid';
  if (first === 'none') {
    if (last === 'none') return 'invalid';
    return last.value === 0 ? 'unsatisfiable' : { start: Math.max(0, sizeBytes - last.value), end: sizeBytes - 1 };
  }
  if (last !== 'none' && isLess(last, first)) return 'invalid';
  if (first.value >= sizeBytes) return 'unsatisfiable';
  return { start: first.value, end: last === 'none' ? sizeBytes - 1 : Math.min(last.value, sizeBytes - 1) };
}

function readDigits(text: string): Digits | 'none' | 'invalid' {
  if (text === '') return 'none';
  let firstSignificant = -1;
  let value = 0;
  for (let position = 0; position < text.length; position += 1) {
    const digit = text.charCodeAt(position) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return 'invalid';
    if (digit !== 0 && firstSignificant < 0) firstSignificant = position;
    if (value < Number.MAX_SAFE_INTEGER) value = value * 10 + digit;
  }
  return {
    value: Math.min(value, Number.MAX_SAFE_INTEGER),
    text: firstSignificant < 0 ? '' : text.slice(firstSignificant),
  };
}

function isLess(a: Digits, b: Digits): boolean {
  if (a.text.length !== b.text.length) return a.text.length < b.text.length;
  return a.text < b.text;
}

function joinSpans(spans: RequestedSpan[]): RequestedSpan[] {
  spans.sort((a, b) => a.start - b.start);
  const joined: RequestedSpan[] = [];
  for (const span of spans) {
    const previous = joined.at(-1);
    if (previous !== undefined && span.start <= previous.end + 1) {
      previous.end = Math.max(previous.end, span.end);
      previous.order = Math.min(previous.order, span.order);
    } else {
      joined.push({ ...span });
    }
  }
  return joined;
}

function toSpan({ start, end }: ByteSpan): ByteSpan {
  return { start, end };
}

/** `String.trim` would take line ends and exotic spaces too; OWS is space and tab (RFC 9110, 5.6.3). */
function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isWhiteSpace(code: number | undefined): boolean {
  return code === 0x20 || code === 0x09;
}
