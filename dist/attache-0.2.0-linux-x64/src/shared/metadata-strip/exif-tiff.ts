/**
 * The few facts we need of an Exif block (a small TIFF file inside a photo): which way is up, and whether it names a place.
 * Plain DataView code without Node, so that the browser asks the same questions of the same bytes.
 */
const orientationTag = 0x0112;
const gpsDirectoryTag = 0x8825;
const gpsLatitudeTag = 2;
const entryBytes = 12;

type Directory = { view: DataView; littleEndian: boolean; entriesAt: number; count: number };

function openDirectory(view: DataView, littleEndian: boolean, offset: number): Directory | null {
  if (offset < 8 || offset + 2 > view.byteLength) return null;
  const count = view.getUint16(offset, littleEndian);
  // A directory that runs over the end is read as far as it goes, as cameras' own readers do.
  return { view, littleEndian, entriesAt: offset + 2, count };
}

function openTiff(tiff: Uint8Array): Directory | null {
  if (tiff.length < 14) return null;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0, false);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  if (view.getUint16(2, littleEndian) !== 42) return null;
  return openDirectory(view, littleEndian, view.getUint32(4, littleEndian));
}

/** Offset of the entry of a tag, or -1. */
function findEntry(directory: Directory, tag: number): number {
  for (let i = 0; i < directory.count; i += 1) {
    const at = directory.entriesAt + i * entryBytes;
    if (at + entryBytes > directory.view.byteLength) return -1;
    if (directory.view.getUint16(at, directory.littleEndian) === tag) return at;
  }
  return -1;
}

/** The TIFF inside an Exif payload, which may begin with the signature that JPEG wants before it. */
export function tiffOfExif(payload: Uint8Array): Uint8Array {
  const signature = [0x45, 0x78, 0x69, 0x66, 0, 0];
  return signature.every((byte, i) => payload[i] === byte) ? payload.subarray(6) : payload;
}

/** The Exif orientation 1 to 8; 1 when absent or invalid. */
export function readOrientation(tiff: Uint8Array): number {
  const directory = openTiff(tiff);
  const at = directory ? findEntry(directory, orientationTag) : -1;
  if (!directory || at < 0) return 1;
  const value = directory.view.getUint16(at + 8, directory.littleEndian);
  return value >= 1 && value <= 8 ? value : 1;
}

/** Whether the block has a latitude: a GPS directory alone may hold no more than a version or a clock. */
export function hasGpsPosition(tiff: Uint8Array): boolean {
  const directory = openTiff(tiff);
  const at = directory ? findEntry(directory, gpsDirectoryTag) : -1;
  if (!directory || at < 0) return false;
  const gps = openDirectory(
    directory.view,
    directory.littleEndian,
    directory.view.getUint32(at + 8, directory.littleEndian),
  );
  return gps !== null && findEntry(gps, gpsLatitudeTag) >= 0;
}

const exifDirectoryTag = 0x8769;

/** How the pixels are to be read, and nothing of who, where or with what. */
const harmlessTags = new Set(
  // Size, compression, orientation, resolution, position of the colour samples.
  [0x0100, 0x0101, 0x0102, 0x0103, 0x0106, orientationTag, 0x0115, 0x011a, 0x011b, 0x0128, 0x0213].concat(
    // Versions, components, colour space, size in pixels.
    [exifDirectoryTag, 0x9000, 0x9101, 0xa000, 0xa001, 0xa002, 0xa003],
  ),
);

/**
 * Whether the block says no more than how to show the picture, as image libraries write it. Further directories (a
 * thumbnail, a place) make it more than that.
 */
export function isHarmlessExif(tiff: Uint8Array): boolean {
  const main = openTiff(tiff);
  if (!main || !hasOnlyHarmlessTags(main)) return false;
  const nextAt = main.entriesAt + main.count * entryBytes;
  if (main.view.getUint32(nextAt, main.littleEndian) !== 0) return false;
  const at = findEntry(main, exifDirectoryTag);
  if (at < 0) return true;
  const exif = openDirectory(main.view, main.littleEndian, main.view.getUint32(at + 8, main.littleEndian));
  return exif !== null && hasOnlyHarmlessTags(exif) && findEntry(exif, exifDirectoryTag) < 0;
}

function hasOnlyHarmlessTags({ view, littleEndian, entriesAt, count }: Directory): boolean {
  if (entriesAt + count * entryBytes + 4 > view.byteLength) return false;
  for (let i = 0; i < count; i += 1) {
    if (!harmlessTags.has(view.getUint16(entriesAt + i * entryBytes, littleEndian))) return false;
  }
  return true;
}

/** A TIFF of 26 bytes that says the orientation and nothing else. */
export function createOrientationTiff(orientation: number): Uint8Array {
  const tiff = new Uint8Array(26);
  const view = new DataView(tiff.buffer);
  view.setUint16(0, 0x4949);
  view.setUint16(2, 42, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, orientationTag, true);
  view.setUint16(12, 3, true);
  view.setUint32(14, 1, true);
  view.setUint16(18, orientation, true);
  return tiff;
}

/**
 * A block of exactly `length` bytes for places where nothing may move: the orientation TIFF followed by zeros,
 * or zeros alone where even that does not fit.
 */
export function createNeutralTiff(length: number, orientation: number): Uint8Array {
  const block = new Uint8Array(length);
  const tiff = createOrientationTiff(orientation);
  if (length >= tiff.length) block.set(tiff);
  return block;
}
