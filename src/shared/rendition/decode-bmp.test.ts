import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBmp } from './decode-bmp.ts';
import { RenditionError } from './rendition-error.ts';

type Bitmap = {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  palette?: number[];
  masks?: number[];
  rows: number[][];
};

/** `rows` are the raw bytes of each row as they stand in the file, without padding. */
function bitmap({ width, height, bits, compression = 0, palette = [], masks = [], rows }: Bitmap): Buffer {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const extra = Buffer.alloc((masks.length + palette.length) * 4);
  [...masks, ...palette].forEach((value, i) => {
    extra.writeUInt32LE(value >>> 0, i * 4);
  });
  const head = Buffer.alloc(54);
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(54 + extra.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length, 46);
  const pixels = rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(stride - row.length)]));
  return Buffer.concat([head, extra, ...pixels]);
}

const hex = (file: Buffer) => decodeBmp(file, 1000).pixels.toString('hex');

describe('a Windows bitmap', () => {
  test('of 24 bits is read from the bottom up, or from the top down when its height is negative', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(hex(bitmap({ width: 1, height: 2, bits: 24, rows }))).toBe('060504030201');
    expect(hex(bitmap({ width: 1, height: -2, bits: 24, rows }))).toBe('030201060504');
  });

  test('of 1, 4 and 8 bits takes its colours from the palette', () => {
    const palette = [0x112233, 0x445566, 0x778899];
    expect(hex(bitmap({ width: 3, height: 1, bits: 1, palette, rows: [[0b01000000]] }))).toBe('112233445566112233');
    expect(hex(bitmap({ width: 3, height: 1, bits: 4, palette, rows: [[0x21, 0x00]] }))).toBe('778899445566112233');
    expect(hex(bitmap({ width: 2, height: 1, bits: 8, palette, rows: [[2, 9]] }))).toBe('778899000000');
  });

  test('of 16 and 32 bits follows its masks', () => {
    expect(hex(bitmap({ width: 1, height: 1, bits: 16, rows: [[0x00, 0x7c]] }))).toBe('ff0000');
    const masks = [0xf800, 0x07e0, 0x001f];
    expect(hex(bitmap({ width: 1, height: 1, bits: 16, compression: 3, masks, rows: [[0xe0, 0x07]] }))).toBe('00ff00');
    const high = [0xff000000, 0xff0000, 0xff00];
    expect(hex(bitmap({ width: 1, height: 1, bits: 32, compression: 3, masks: high, rows: [[0, 3, 2, 1]] }))).toBe(
      '010203',
    );
  });

  test('that is broken anywhere is refused, never anything else', () => {
    const good = bitmap({
      width: 3,
      height: 2,
      bits: 4,
      palette: [1, 2, 3],
      rows: [
        [0x21, 0],
        [0x10, 0],
      ],
    });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const broken = Buffer.from(good.subarray(0, length));
        if (at < length) broken[at] = value;
        try {
          expect(decodeBmp(broken, 1000).pixels.length % 3).toBe(0);
        } catch (error) {
          expect(error instanceof RenditionError || error instanceof RangeError).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
