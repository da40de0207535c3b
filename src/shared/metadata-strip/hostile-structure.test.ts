import { describe, expect, test } from 'vitest';
import { stripFile } from '#tests/support/strip-file.ts';
import { findMetadataItems } from './heif-items.ts';

function box(type: string, ...body: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    body.reduce((sum, { length }) => sum + length, 8),
    0,
  );
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...body]);
}

const number16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const brands = box('ftyp', Buffer.from('heic\0\0\0\0heicmif1', 'latin1'));
const version0 = Buffer.alloc(4);

/** A picture's index: items 1 and 2, the first of them Exif, both of them again and again with `extents` of no bytes. */
function indexOf(items: number, extents: number): Buffer {
  const handler = box('hdlr', version0, Buffer.alloc(4), Buffer.from('pict'), Buffer.alloc(13));
  const entry = box('infe', Buffer.from([2, 0, 0, 0, 0, 1, 0, 0]), Buffer.from('Exif\0'));
  const kinds = box('iinf', version0, number16(1), entry);
  const item = (i: number) => Buffer.concat([number16((i % 2) + 1), number16(0), number16(extents)]);
  const locations = Array.from({ length: items }, (_, i) => item(i));
  return box('meta', version0, handler, kinds, box('iloc', version0, number16(0), number16(items), ...locations));
}

describe('a picture whose index claims more than a picture has', () => {
  test.each([
    [2, 65_535],
    [2000, 65_535],
    [60_000, 0],
  ])('(%i items of %i extents) is no picture to us, and comes out as it went in', async (items, extents) => {
    const meta = indexOf(items, extents);
    expect(findMetadataItems(meta)).toBeNull();
    const file = Buffer.concat([brands, meta]);
    expect((await stripFile('image/heic', file)).equals(file)).toBe(true);
  });

  test('with the tiles of a very large photo is one', () => {
    expect(findMetadataItems(indexOf(2000, 5))).toBeNull();
    expect(findMetadataItems(indexOf(100, 2))).toHaveLength(50);
  });
});

describe('a file that falls into very many pieces comes out whole:', () => {
  const empty = box('free');
  test.each([
    ['image/heic', 'empty boxes', Buffer.concat([brands, Buffer.alloc(8 * 1_100_000, empty)])],
    ['video/mp4', 'empty boxes in the index', Buffer.concat([brands, box('moov', Buffer.alloc(8 * 500_000, empty))])],
    ['image/jpeg', 'markers', Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(1_200_000, 'ffd0', 'hex')])],
    ['image/jpeg', 'fill bytes', Buffer.concat([Buffer.from('ffd8ffda0002', 'hex'), Buffer.alloc(1_200_000, 0xff)])],
    [
      'image/jpeg',
      'escapes',
      Buffer.concat([Buffer.from('ffd8ffda0002', 'hex'), Buffer.alloc(1_200_000, 'ff00', 'hex')]),
    ],
  ])('%s of %s', async (mimeType, _what, file) => {
    expect((await stripFile(mimeType, file)).equals(file)).toBe(true);
    expect((await stripFile(mimeType, file, 9_999)).equals(file)).toBe(true);
  });
});

test('a marker cut off by the network after its fill bytes is still found', async () => {
  const file = Buffer.from('ffd8ffda000211ff0022ffffffe1000645584946ffd9', 'hex');
  for (let chunkBytes = 1; chunkBytes <= file.length; chunkBytes++) {
    // Fill bytes may stay: they stand before whatever marker comes next.
    expect((await stripFile('image/jpeg', file, chunkBytes)).toString('hex')).toMatch(/^ffd8ffda000211ff0022(ff)+d9$/);
  }
});
