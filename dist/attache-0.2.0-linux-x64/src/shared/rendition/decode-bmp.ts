import { RenditionError } from './rendition-error.ts';

export type BmpPixels = { width: number; height: number; pixels: Buffer };

type Header = {
  width: number;
  height: number;
  isTopDown: boolean;
  bits: number;
  paletteAt: number;
  paletteEntryBytes: number;
  paletteColours: number;
  pixelsAt: number;
  masks: { red: number; green: number; blue: number };
};

const uncompressed = 0;
const bitFields = [3, 6];

function readHeader(file: Buffer): Header {
  if (file.length < 26 || file.toString('latin1', 0, 2) !== 'BM')
    throw new RenditionError('unreadable', 'not a bitmap');
  const headerBytes = file.readUInt32LE(14);
  const isOld = headerBytes === 12;
  if (!isOld && (headerBytes < 40 || file.length < 54)) throw new RenditionError('unreadable', 'an unknown header');
  const rawHeight = isOld ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(isOld ? 24 : 28);
  const compression = isOld ? uncompressed : file.readUInt32LE(30);
  const hasMasks = bitFields.includes(compression);
  if (compression !== uncompressed && !hasMasks) throw new RenditionError('unreadable', 'a compressed bitmap');
  if (hasMasks && file.length < 66) throw new RenditionError('unreadable', 'the file ends early');
  const coloursUsed = isOld ? 0 : file.readUInt32LE(46);
  return {
    width: isOld ? file.readUInt16LE(18) : file.readInt32LE(18),
    height: Math.abs(rawHeight),
    isTopDown: rawHeight < 0,
    bits,
    paletteAt: 14 + headerBytes,
    paletteEntryBytes: isOld ? 3 : 4,
    paletteColours: bits > 8 ? 0 : Math.min(coloursUsed || 2 ** bits, 2 ** bits),
    pixelsAt: file.readUInt32LE(10),
    masks: hasMasks
      ? { red: file.readUInt32LE(54), green: file.readUInt32LE(58), blue: file.readUInt32LE(62) }
      : bits === 16
        ? { red: 0x7c00, green: 0x3e0, blue: 0x1f }
        : { red: 0xff0000, green: 0xff00, blue: 0xff },
  };
}

/** Spreads the bits of a mask over 0 to 255. */
function channelOf(value: number, mask: number): number {
  if (mask === 0) return 0;
  const shift = 31 - Math.clz32(mask & -mask);
  return Math.round((((value & mask) >>> shift) / (mask >>> shift)) * 255);
}

/** Reads one pixel as 0xRRGGBB. */
function createPixelReader(file: Buffer, header: Header): (row: number, x: number) => number {
  const { bits, masks, paletteAt, paletteEntryBytes, paletteColours } = header;
  if (bits === 24) return (row, x) => file.readUIntLE(row + x * 3, 3);
  if (bits === 16 || bits === 32) {
    return (row, x) => {
      const value = bits === 16 ? file.readUInt16LE(row + x * 2) : file.readUInt32LE(row + x * 4);
      return (channelOf(value, masks.red) << 16) | (channelOf(value, masks.green) << 8) | channelOf(value, masks.blue);
    };
  }
  if (bits !== 1 && bits !== 4 && bits !== 8) throw new RenditionError('unreadable', `${bits} bits per pixel`);
  return (row, x) => {
    const bit = x * bits;
    const index = (file.readUInt8(row + (bit >> 3)) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    return index < paletteColours ? file.readUIntLE(paletteAt + index * paletteEntryBytes, 3) : 0;
  };
}

/**
 * Decodes a Windows bitmap of 1, 4, 8, 16, 24 or 32 bits without compression to RGB. Transparency is ignored, as
 * viewers do; run-length compression, which hardly any program has written for decades, is refused.
 * @throws RenditionError `unreadable` or `too-many-pixels`.
 */
export function decodeBmp(file: Buffer, maxPixels: number): BmpPixels {
  const header = readHeader(file);
  const { width, height } = header;
  if (width < 1 || height < 1) throw new RenditionError('unreadable', 'an empty picture');
  if (width * height > maxPixels) throw new RenditionError('too-many-pixels', `${width} by ${height}`);
  const stride = Math.ceil((width * header.bits) / 32) * 4;
  if (header.pixelsAt + stride * height > file.length) throw new RenditionError('unreadable', 'the file ends early');
  const readPixel = createPixelReader(file, header);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const row = header.pixelsAt + stride * (header.isTopDown ? y : height - 1 - y);
    for (let x = 0; x < width; x += 1) pixels.writeUIntBE(readPixel(row, x), (y * width + x) * 3, 3);
  }
  return { width, height, pixels };
}
