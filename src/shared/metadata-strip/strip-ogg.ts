import { type ByteSource, MalformedMediaError } from './byte-source.ts';

const PAGE_HEAD_BYTES = 27;
const MAX_STREAMS = 64;

/** The vendor is the library that encoded; of the rest only the program's own name says nothing of anybody. */
const HARMLESS_KEY = /^(encoder|encoder_options|encoded_by|duration)=/i;

interface OggStream {
  codec: 'opus' | 'vorbis' | 'theora' | 'speex' | 'flac' | null;
  /** Of the packet that a piece belongs to; packet 0 says which codec it is, packet 1 holds the comments. */
  packet: number;
  /** Whether what is left of the packet is to be zeroed. */
  isBlanking: boolean;
  isContinued: boolean;
}

/** By how the first packet begins, and how many bytes the comments of that codec have before them. */
const CODECS: readonly [codec: NonNullable<OggStream['codec']>, first: string, prefixBytes: number][] = [
  ['opus', 'OpusHead', 8],
  ['vorbis', '\x01vorbis', 7],
  ['theora', '\x80theora', 7],
  ['speex', 'Speex   ', 0],
  ['flac', '\x7fFLAC', 4],
];

/** https://www.rfc-editor.org/rfc/rfc3533#section-6: polynomial 04c11db7, not reflected, from zero. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

function checksum(page: Buffer): number {
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}

/** Comments that all say no more than which program wrote the file. Such a file is left as it is. */
function areHarmless(comments: Buffer): boolean {
  const vendorBytes = comments.length >= 8 ? comments.readUInt32LE(0) : comments.length;
  let at = 4 + vendorBytes;
  if (at + 4 > comments.length) return false;
  const count = comments.readUInt32LE(at);
  at += 4;
  for (let i = 0; i < count; i += 1) {
    if (at + 4 > comments.length) return false;
    const end = at + 4 + comments.readUInt32LE(at);
    if (end > comments.length || !HARMLESS_KEY.test(comments.toString('latin1', at + 4, end))) return false;
    at = end;
  }
  return true;
}

/**
 * Empties a list of comments in place (https://xiph.org/vorbis/doc/v-comment.html): the vendor stays where it fits, the
 * count becomes zero, and Vorbis wants a bit set behind it. The length stays, so no page changes its size.
 */
function emptyComments(comments: Buffer, codec: OggStream['codec']): void {
  const vendorBytes = comments.length >= 4 ? comments.readUInt32LE(0) : 0;
  const keeps = comments.length >= vendorBytes + 9;
  comments.fill(0, keeps ? 4 + vendorBytes : 0);
  if (codec === 'vorbis' && comments.length >= 9) comments[keeps ? 8 + vendorBytes : 8] = 1;
}

/** One piece of a packet, as far as it lies on a page. Returns whether it was changed. */
function scrubPiece(piece: Buffer, stream: OggStream, isWhole: boolean): boolean {
  if (stream.isContinued) {
    if (stream.isBlanking) piece.fill(0);
    return stream.isBlanking;
  }
  stream.isBlanking = false;
  if (stream.packet === 0) {
    stream.codec = CODECS.find(([, first]) => piece.toString('latin1', 0, first.length) === first)?.[0] ?? null;
    return false;
  }
  const [, , prefixBytes] = CODECS.find(([codec]) => codec === stream.codec) ?? [];
  if (prefixBytes === undefined) return false;
  // FLAC has further blocks behind its comments: 6 is a picture (RFC 9639, 8.1).
  const isPicture = stream.codec === 'flac' && stream.packet > 1 && piece[0] !== 0xff && (piece[0] ?? 0) % 128 === 6;
  if (stream.packet > 1 && !isPicture) return false;
  const content = piece.subarray(prefixBytes);
  if (isPicture) content.fill(0);
  else if (isWhole && areHarmless(content)) return false;
  else emptyComments(content, stream.codec);
  stream.isBlanking = !isWhole;
  return true;
}

/** https://www.rfc-editor.org/rfc/rfc3533#section-6: a packet ends with the first lacing value below 255. */
function scrubPage(page: Buffer, stream: OggStream): void {
  const segments = page[26] ?? 0;
  let at = PAGE_HEAD_BYTES + segments;
  let isChanged = false;
  for (let segment = 0; segment < segments; ) {
    const start = at;
    let lacing = 255;
    while (lacing === 255 && segment < segments) {
      lacing = page[PAGE_HEAD_BYTES + segment] ?? 0;
      at += lacing;
      segment += 1;
    }
    const isWhole = lacing < 255;
    isChanged = scrubPiece(page.subarray(start, at), stream, isWhole) || isChanged;
    stream.isContinued = !isWhole;
    if (isWhole) stream.packet += 1;
  }
  if (!isChanged) return;
  page.writeUInt32LE(0, 22);
  page.writeUInt32LE(checksum(page), 22);
}

/**
 * Empties the comments (title, artist, place, cover) of Opus, Vorbis, Theora, Speex and FLAC in an Ogg file. Nothing
 * moves: the packets keep their lengths, and of a changed page the checksum is written anew.
 */
export function* stripOgg(source: ByteSource): Generator<void, void, void> {
  const streams = new Map<number, OggStream>();
  while (!(yield* source.isAtEnd())) {
    const head = yield* source.take(PAGE_HEAD_BYTES);
    if (head.toString('latin1', 0, 4) !== 'OggS') throw new MalformedMediaError('not a page');
    const lacing = yield* source.take(head[26] ?? 0);
    const body = yield* source.take(lacing.reduce((sum, bytes) => sum + bytes, 0));
    const page = Buffer.concat([head, lacing, body]);
    const serial = head.readUInt32LE(14);
    const isFirst = ((head[5] ?? 0) & 2) !== 0;
    if (isFirst) {
      if (streams.size >= MAX_STREAMS) throw new MalformedMediaError('too many streams');
      streams.set(serial, { codec: null, packet: 0, isBlanking: false, isContinued: false });
    }
    const stream = streams.get(serial);
    if (stream) scrubPage(page, stream);
    source.emit(page);
    source.commit();
  }
}
