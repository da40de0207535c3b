import { type ByteSource, MalformedMediaError } from './byte-source.ts';

/** Ids of https://www.rfc-editor.org/rfc/rfc9559#section-5.1 */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const CHAPTERS = 0x1043a770;
const ATTACHMENTS = 0x1941a469;
const TAGS = 0x1254c367;
const TAG_NAME = 0x45a3;
const CRC32 = 0xbf;
const VOID = 0xec;

/** Title and names of files in `Info`, the name of a track. */
const NAMES: ReadonlySet<number> = new Set([0x7ba9, 0x7384, 0x3c83ab, 0x3e83bb, 0x536e]);
/** Of a recorder and a muxer; what is measured, not said. */
const HARMLESS_TAG =
  /^(ENCODER|DURATION|BPS|NUMBER_OF_(FRAMES|BYTES)|_STATISTICS_.*|MAJOR_BRAND|MINOR_VERSION|COMPATIBLE_BRANDS)$/;
const MAX_PARSED_BYTES = 1024 * 1024;

interface Element {
  raw: Buffer;
  id: number;
  /** Infinity: a recorder did not know it yet. */
  bodyBytes: number;
}

/** How many bytes a number of EBML has, by its first (RFC 8794, 4). */
function vintLength(first: number | undefined, most: number): number {
  const length = Math.clz32(first ?? 0) - 23;
  if (length > most) throw new MalformedMediaError('not a number of EBML');
  return length;
}

/** All bits set: the writer did not know (RFC 8794, 6.2). */
function vintValue(bytes: Buffer): number {
  const value = bytes.reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & (0xff >> bytes.length) : byte), 0);
  return value === 2 ** (7 * bytes.length) - 1 ? Number.POSITIVE_INFINITY : value;
}

function* readElement(source: ByteSource): Generator<void, Element, void> {
  const first = yield* source.take(1);
  const id = Buffer.concat([first, yield* source.take(vintLength(first[0], 4) - 1)]);
  const sizeFirst = yield* source.take(1);
  const size = Buffer.concat([sizeFirst, yield* source.take(vintLength(sizeFirst[0], 8) - 1)]);
  return { raw: Buffer.concat([id, size]), id: id.readUIntBE(0, id.length), bodyBytes: vintValue(size) };
}

/** The head of a `Void` element that takes up `total` bytes, filled up to `headBytes`. */
function voidHead(total: number, headBytes: number): Buffer {
  const length = [1, 2, 3, 4, 5, 6, 7, 8].find((bytes) => total - 1 - bytes < 2 ** (7 * bytes) - 1) ?? 8;
  const head = Buffer.alloc(Math.max(headBytes, 1 + length));
  head[0] = VOID;
  let rest = total - 1 - length;
  for (let at = length; at > 0; at -= 1) {
    head[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  head[1] = (head[1] ?? 0) | (0x80 >> (length - 1));
  return head;
}

/** The elements side by side in a buffer. @throws MalformedMediaError */
function* elementsOf(
  bytes: Buffer,
  start = 0,
): Generator<{ id: number; start: number; bodyStart: number; end: number }> {
  for (let at = start; at < bytes.length; ) {
    const idBytes = vintLength(bytes[at], 4);
    const sizeBytes = vintLength(bytes[at + idBytes], 8);
    const bodyStart = at + idBytes + sizeBytes;
    if (bodyStart > bytes.length) throw new MalformedMediaError('an element cut short');
    const end = bodyStart + vintValue(bytes.subarray(at + idBytes, bodyStart));
    if (end > bytes.length) throw new MalformedMediaError('an element larger than its parent');
    yield { id: bytes.readUIntBE(at, idBytes), start: at, bodyStart, end };
    at = end;
  }
}

function blank(bytes: Buffer, start: number, end: number): void {
  bytes.fill(0, start, end);
  voidHead(end - start, 0).copy(bytes, start);
}

/** Blanks names among the children, and with them a checksum that would be wrong. Returns whether there were any. */
function scrubNames(body: Buffer): boolean {
  let isChanged = false;
  const checksums: { start: number; end: number }[] = [];
  for (const element of elementsOf(body)) {
    if (element.id === CRC32) checksums.push(element);
    if (element.id === TRACK_ENTRY && scrubNames(body.subarray(element.bodyStart, element.end))) isChanged = true;
    if (!NAMES.has(element.id)) continue;
    blank(body, element.start, element.end);
    isChanged = true;
  }
  if (isChanged) for (const { start, end } of checksums) blank(body, start, end);
  return isChanged;
}

function hasOnlyHarmlessTags(body: Buffer): boolean {
  const names: string[] = [];
  const collect = (start: number, end: number, depth: number) => {
    for (const element of elementsOf(body.subarray(0, end), start)) {
      if (element.id === TAG_NAME) names.push(body.toString('utf8', element.bodyStart, element.end));
      // Tag and SimpleTag, which may hold further ones.
      else if (depth < 4 && (element.id === 0x7373 || element.id === 0x67c8)) {
        collect(element.bodyStart, element.end, depth + 1);
      }
    }
  };
  collect(0, body.length, 0);
  return names.every((name) => HARMLESS_TAG.test(name.replace(/\0+$/, '')));
}

function* blankElement(source: ByteSource, { raw, bodyBytes }: Element): Generator<void, void, void> {
  if (bodyBytes === Number.POSITIVE_INFINITY) throw new MalformedMediaError('an element without an end');
  const head = voidHead(raw.length + bodyBytes, raw.length);
  source.emit(head);
  // A head of one size byte may have become longer than the one that it replaces.
  yield* source.discard(Math.min(bodyBytes, head.length - raw.length));
  yield* source.forward(Math.max(0, bodyBytes - (head.length - raw.length)), (piece) => Buffer.alloc(piece.length));
}

function* filterElement(source: ByteSource, element: Element): Generator<void, void, void> {
  const { raw, id, bodyBytes } = element;
  const isParsed = id === INFO || id === TRACKS || id === TAGS;
  if (id === CHAPTERS || id === ATTACHMENTS || (isParsed && bodyBytes > MAX_PARSED_BYTES)) {
    yield* blankElement(source, element);
  } else if (isParsed) {
    const body = Buffer.from(yield* source.take(bodyBytes));
    if (id !== TAGS) scrubNames(body);
    const isBlanked = id === TAGS && !hasOnlyHarmlessTags(body);
    const whole = Buffer.concat([raw, body]);
    if (isBlanked) blank(whole, 0, whole.length);
    source.emit(whole);
  } else {
    source.emit(raw);
    // Their children follow as if they stood beside them: an unknown size ends where the next of its kind begins.
    const isOpen = id === SEGMENT || (id === CLUSTER && bodyBytes === Number.POSITIVE_INFINITY);
    if (!isOpen) yield* source.forward(bodyBytes);
  }
}

/**
 * Blanks titles, names of tracks, tags, chapters and attachments of a WebM or Matroska file. Nothing moves: each becomes
 * a `Void` element of the same size, because positions are written all over such a file.
 */
export function* stripWebm(source: ByteSource): Generator<void, void, void> {
  let isFirst = true;
  while (!(yield* source.isAtEnd())) {
    const element = yield* readElement(source);
    if (isFirst && element.id !== EBML) throw new MalformedMediaError('not a WebM');
    isFirst = false;
    yield* filterElement(source, element);
    source.commit();
  }
}
