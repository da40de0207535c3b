import { blankHeifItem, touchesHeifItem } from './blank-heif-item.ts';
import { type ByteSource, MalformedMediaError } from './byte-source.ts';
import { isHarmlessUserData } from './harmless-user-data.ts';
import { findMetadataItems, type MetadataItem } from './heif-items.ts';
import { scrubTrack } from './scrub-track.ts';

const maxParsedBoxBytes = 4 * 1024 * 1024;
/** Tags of a song with its cover; what is larger holds a maker's own data. */
const maxUserDataBytes = 4 * 1024 * 1024;
const maxHeldMediaBytes = 8 * 1024 * 1024;

const openingBoxes = new Set(['ftyp', 'styp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);
const playableBoxes = new Set([
  'ftyp',
  'styp',
  'mdat',
  'imda',
  'moof',
  'mfra',
  'sidx',
  'ssix',
  'prft',
  'emsg',
  'pdin',
  'pnot',
  'PICT',
  'wide',
]);
const playableMovieBoxes = new Set(['mvhd', 'mvex', 'iods', 'pssh', 'ctab', 'clip', 'rmra', 'cmov', 'prfl']);
const pictureBrands = ['mif1', 'mif2', 'msf1', 'heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'avif', 'avis', 'miaf'];

type BoxHead = { raw: Buffer; type: string; bodyBytes: number };

type FileState = {
  isPicture: boolean;
  /** null until the picture's `meta` box was read. */
  items: MetadataItem[] | null;
  /** Media that came before `meta`: not sent yet, so that it can still be blanked. */
  heldMedia: { offset: number; bytes: Buffer }[];
};

function* readHead(source: ByteSource): Generator<void, BoxHead, void> {
  let raw = yield* source.take(8);
  const type = raw.toString('latin1', 4, 8);
  const size = raw.readUInt32BE(0);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) throw new MalformedMediaError('not a box');
  if (size === 0) return { raw, type, bodyBytes: Number.POSITIVE_INFINITY };
  if (size === 1) raw = Buffer.concat([raw, yield* source.take(8)]);
  const total = size === 1 ? Number(raw.readBigUInt64BE(8)) : size;
  if (total < raw.length) throw new MalformedMediaError('a box smaller than its head');
  return { raw, type, bodyBytes: total - raw.length };
}

/** Turns a box into free space of the same size: nothing moves, and every reader skips it. */
function* blankBox(source: ByteSource, head: BoxHead, state: FileState | null): Generator<void, void, void> {
  const raw = Buffer.from(head.raw);
  raw.write('free', 4, 'latin1');
  source.emit(raw);
  if (state && mustHold(source, head, state)) source.emit(Buffer.alloc((yield* source.take(head.bodyBytes)).length));
  else {
    if (state) state.heldMedia = [];
    yield* source.forward(head.bodyBytes, (piece) => Buffer.alloc(piece.length));
  }
}

/** While media waits for its `meta` box, whatever stands between the two waits too. */
function mustHold(source: ByteSource, head: BoxHead, state: FileState): boolean {
  if (!state.isPicture || state.items !== null) return false;
  return source.heldBytes + head.bodyBytes <= maxHeldMediaBytes;
}

function* filterMedia(source: ByteSource, head: BoxHead, state: FileState): Generator<void, void, void> {
  source.emit(head.raw);
  const offset = source.position;
  if (mustHold(source, head, state)) {
    const bytes = Buffer.from(yield* source.take(head.bodyBytes));
    state.heldMedia.push({ offset, bytes });
    source.emit(bytes);
    return;
  }
  // From here the held media leave too, and may not change any more.
  state.heldMedia = [];
  const items = (state.items ?? []).filter((item) => !item.inMetaBox);
  yield* source.forward(head.bodyBytes, (piece, at) => {
    const touched = items.filter((item) => touchesHeifItem(at, piece.length, item));
    if (touched.length === 0) return piece;
    const copy = Buffer.from(piece);
    for (const item of touched) blankHeifItem(copy, at, item);
    return copy;
  });
}

/** The `meta` box of a picture is read and keeps its place; any other at this level is of no use to a player. */
function* filterMeta(source: ByteSource, head: BoxHead, state: FileState): Generator<void, void, void> {
  if (head.bodyBytes > maxParsedBoxBytes) {
    source.emit(head.raw);
    state.heldMedia = [];
    yield* source.forward(head.bodyBytes);
    return;
  }
  const meta = Buffer.concat([head.raw, yield* source.take(head.bodyBytes)]);
  const items = findMetadataItems(meta);
  if (items === null && state.isPicture) throw new MalformedMediaError('a picture without items');
  for (const item of items ?? []) {
    if (item.inMetaBox) blankHeifItem(meta, 0, item);
    else for (const held of state.heldMedia) blankHeifItem(held.bytes, held.offset, item);
  }
  if (items === null) {
    meta.write('free', 4, 'latin1');
    meta.fill(0, head.raw.length);
  }
  state.items = items ?? [];
  state.heldMedia = [];
  source.emit(meta);
  source.commit();
}

function* filterUserData(source: ByteSource, head: BoxHead, bodyBytes: number): Generator<void, void, void> {
  const udta = Buffer.concat([head.raw, yield* source.takeUpTo(bodyBytes)]);
  const bodyStart = head.raw.length;
  if (!isHarmlessUserData(udta, { type: 'udta', start: 0, bodyStart, end: udta.length })) {
    udta.write('free', 4, 'latin1');
    udta.fill(0, bodyStart);
  }
  source.emit(udta);
  source.commit();
}

/** `moov` is walked, not held: only one track at a time is in memory. */
function* filterMovie(source: ByteSource, head: BoxHead, state: FileState): Generator<void, void, void> {
  source.emit(head.raw);
  state.heldMedia = [];
  const end = source.position + head.bodyBytes;
  while (source.position + 8 <= end && !(yield* source.isAtEnd())) {
    const child = yield* readHead(source);
    const bodyBytes = Math.min(child.bodyBytes, end - source.position);
    if (child.type === 'trak' && bodyBytes <= maxParsedBoxBytes) {
      const track = Buffer.concat([child.raw, yield* source.take(bodyBytes)]);
      scrubTrack(track);
      source.emit(track);
      source.commit();
    } else if (child.type === 'udta' && bodyBytes <= maxUserDataBytes) {
      yield* filterUserData(source, child, bodyBytes);
    } else if (child.type === 'trak' || playableMovieBoxes.has(child.type)) {
      source.emit(child.raw);
      yield* source.forward(bodyBytes);
    } else {
      yield* blankBox(source, { ...child, bodyBytes }, null);
    }
  }
  yield* source.forward(Math.max(0, end - source.position));
}

function* readBrands(source: ByteSource, head: BoxHead): Generator<void, boolean, void> {
  if (head.bodyBytes > 4096) throw new MalformedMediaError('endless brands');
  const body = yield* source.take(head.bodyBytes);
  source.emit(Buffer.concat([head.raw, body]));
  const brands = body.toString('latin1').match(/.{4}/gs) ?? [];
  return brands.some((brand) => pictureBrands.includes(brand));
}

/**
 * Blanks place, maker, serial numbers and all free text in HEIC, AVIF, MP4, MOV and their kin.
 *
 * Offsets to the media are written all over such a file, so nothing may move: a box of metadata becomes a `free` box of
 * zeros of the same size, an Exif or XMP item of a picture is overwritten where it lies. Tracks of timed metadata are
 * made unreachable; their samples inside `mdat` stay (limit: a forensic search of the raw bytes would find them).
 */
export function* stripIsoBmff(source: ByteSource): Generator<void, void, void> {
  const state: FileState = { isPicture: false, items: null, heldMedia: [] };
  let isFirst = true;
  while (!(yield* source.isAtEnd())) {
    const head = yield* readHead(source);
    if (isFirst && !openingBoxes.has(head.type)) throw new MalformedMediaError('not a media file');
    isFirst = false;
    if (head.type === 'ftyp') state.isPicture = yield* readBrands(source, head);
    else if (head.type === 'meta') yield* filterMeta(source, head, state);
    else if (head.type === 'moov') yield* filterMovie(source, head, state);
    else if (playableBoxes.has(head.type)) yield* filterMedia(source, head, state);
    else yield* blankBox(source, head, state);
  }
}
