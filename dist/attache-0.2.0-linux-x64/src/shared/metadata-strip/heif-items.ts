import { findBox, type IsoBox, isoBoxes, readFourCc, viewOf } from './iso-boxes.ts';

/** A stretch of an item's bytes. `start` counts from the file's first byte, or inside the `meta` box given for `idat`. */
export type ItemExtent = { start: number; bytes: number; atInItem: number };

export type MetadataItem = { kind: 'exif' | 'xmp'; inMetaBox: boolean; extents: ItemExtent[] };

type Item = { id: number; inMetaBox: boolean; extents: ItemExtent[] };

/**
 * A field may have no bytes (ISO/IEC 14496-12, 8.11.3), so six bytes of an `iloc` can claim 65,535 extents. Pictures have
 * one for each tile; what has more items and extents than this is no photo, and not worth the memory.
 */
const maxItemsAndExtents = 20_000;

/** Exif and XMP lie in one piece each. Every extent more is compared with all of the picture's, and may cover it all. */
const maxMetadataExtents = 200;

class FieldReader {
  private at: number;
  private readonly view: DataView;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.view = viewOf(bytes);
    this.at = start;
    this.end = end;
  }

  get offset(): number {
    return this.at;
  }

  /** An unsigned big-endian number of 0, 1, 2, 4 or 8 bytes. @throws RangeError past the end of the box. */
  read(size: number): number {
    const at = this.at;
    if (at + size > this.end) throw new RangeError('the box ends early');
    this.at += size;
    if (size === 0) return 0;
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at);
    if (size === 4) return this.view.getUint32(at);
    if (size === 8) return Number(this.view.getBigUint64(at));
    throw new RangeError('a field of an impossible size');
  }
}

/** Items of kind Exif and XMP by their id, from the `iinf` box (ISO/IEC 23008-12, annex A). */
function readKinds(meta: Uint8Array, iinf: IsoBox): Map<number, 'exif' | 'xmp'> {
  const kinds = new Map<number, 'exif' | 'xmp'>();
  const version = meta[iinf.bodyStart] ?? 0;
  for (const box of isoBoxes(meta, iinf.bodyStart + (version === 0 ? 6 : 8), iinf.end)) {
    if (box.type !== 'infe') continue;
    const reader = new FieldReader(meta, box.bodyStart, box.end);
    const entryVersion = reader.read(1);
    reader.read(1);
    reader.read(2);
    if (entryVersion < 2) continue;
    const id = reader.read(entryVersion === 2 ? 2 : 4);
    reader.read(2);
    const type = readFourCc(meta, reader.offset);
    const texts = new TextDecoder('latin1').decode(meta.subarray(reader.offset + 4, box.end));
    if (type === 'Exif') kinds.set(id, 'exif');
    if (type === 'mime' && texts.includes('application/rdf+xml')) kinds.set(id, 'xmp');
  }
  return kinds;
}

function readExtents(
  reader: FieldReader,
  sizes: { index: number; offset: number; length: number },
  base: number,
  room: number,
): ItemExtent[] {
  const extents: ItemExtent[] = [];
  let atInItem = 0;
  const count = reader.read(2);
  if (count >= room) throw new RangeError('too many extents');
  for (let i = 0; i < count; i += 1) {
    reader.read(sizes.index);
    const start = base + reader.read(sizes.offset);
    const bytes = reader.read(sizes.length);
    extents.push({ start, bytes, atInItem });
    atInItem += bytes;
  }
  return extents;
}

/** Where the bytes of every item are, from the `iloc` box (ISO/IEC 14496-12, 8.11.3). */
function readLocations(meta: Uint8Array, iloc: IsoBox, idatStart: number): Item[] {
  const reader = new FieldReader(meta, iloc.bodyStart, iloc.end);
  const version = reader.read(1);
  reader.read(1);
  reader.read(2);
  const packed = reader.read(2);
  const sizes = { offset: packed >> 12, length: (packed >> 8) & 15, index: version === 0 ? 0 : packed & 15 };
  const count = reader.read(version < 2 ? 2 : 4);
  const items: Item[] = [];
  let room = maxItemsAndExtents;
  for (let i = 0; i < count; i += 1) {
    const id = reader.read(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.read(2) & 15;
    const dataReference = reader.read(2);
    const inMetaBox = method === 1;
    const base = reader.read((packed >> 4) & 15) + (inMetaBox ? idatStart : 0);
    const extents = readExtents(reader, sizes, base, room);
    room -= extents.length + 1;
    // Method 2 (an item inside an item) and other files are not ours to touch.
    if (method < 2 && dataReference === 0) items.push({ id, inMetaBox, extents });
  }
  return items;
}

function countExtents(items: readonly Item[]): number {
  return items.reduce((sum, { extents }) => sum + extents.length, 0);
}

function overlaps(a: Item, b: Item): boolean {
  if (a.inMetaBox !== b.inMetaBox) return false;
  return a.extents.some((x) => b.extents.some((y) => x.start < y.start + y.bytes && y.start < x.start + x.bytes));
}

/**
 * Finds the Exif and XMP items of a HEIF or AVIF picture.
 * An item that shares bytes with another is left out: to blank it could harm the picture.
 *
 * @param meta the whole top-level `meta` box, header included.
 * @returns null when the box does not describe a picture or cannot be read.
 */
export function findMetadataItems(meta: Uint8Array): MetadataItem[] | null {
  const box = findBox(meta, 0, meta.length, 'meta');
  if (!box) return null;
  const first = box.bodyStart + 4;
  const handler = findBox(meta, first, box.end, 'hdlr');
  if (!handler || readFourCc(meta, handler.bodyStart + 8) !== 'pict') return null;
  const iinf = findBox(meta, first, box.end, 'iinf');
  const iloc = findBox(meta, first, box.end, 'iloc');
  if (!iinf || !iloc) return [];
  try {
    const kinds = readKinds(meta, iinf);
    const items = readLocations(meta, iloc, findBox(meta, first, box.end, 'idat')?.bodyStart ?? 0);
    const pictures = items.filter((item) => !kinds.has(item.id));
    const described = items.filter((item) => kinds.has(item.id));
    if (countExtents(described) > maxMetadataExtents) return null;
    return described.flatMap((item) => {
      const kind = kinds.get(item.id);
      if (!kind || pictures.some((picture) => overlaps(item, picture))) return [];
      return [{ kind, inMetaBox: item.inMetaBox, extents: item.extents }];
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
