import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { load } from 'exifreader';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  makeAnimation,
  makePhotoAvif,
  makePhotoJpeg,
  makePhotoPng,
  makePhotoWebp,
  makeProgressiveJpeg,
  type PhotoOptions,
} from '#tests/fixtures/media/make-media.ts';
import { secretMake, secretSerial } from '#tests/fixtures/media/secrets.ts';
import { createMetadataStripper } from './create-metadata-stripper.ts';

vi.setConfig({ testTimeout: 60_000 });

async function strip(mimeType: string, file: Buffer, cuts: number[] = []): Promise<Buffer> {
  const stripper = createMetadataStripper(mimeType);
  if (!stripper) throw new Error(`nothing strips ${mimeType}`);
  const edges = [0, ...cuts.map((cut) => cut % file.length).sort((a, b) => a - b), file.length];
  const chunks = edges.slice(1).map((edge, i) => file.subarray(edges[i], edge));
  return buffer(Readable.from(chunks).pipe(stripper));
}

const pixels = (file: Buffer) => sharp(file, { animated: true }).raw().toBuffer();

const builders: [string, (options: PhotoOptions) => Promise<Buffer>][] = [
  ['image/jpeg', makePhotoJpeg],
  ['image/png', makePhotoPng],
  ['image/webp', makePhotoWebp],
  ['image/avif', makePhotoAvif],
];
const small = { width: 120, height: 80 };

describe.each(builders)('a photo in %s', (mimeType, make) => {
  test('loses place, maker and serial number, and no pixel changes', async () => {
    const original = await make(small);
    expect(original.includes(secretSerial)).toBe(true);
    expect(load(original, { expanded: true }).gps?.Latitude).toBeCloseTo(52.52, 2);

    const stored = await strip(mimeType, original);

    for (const secret of [secretMake, secretSerial, 'GPSLatitude', '2026:05:14'])
      expect(stored.includes(secret)).toBe(false);
    expect(load(stored, { expanded: true }).gps).toBeUndefined();
    expect(await pixels(stored)).toEqual(await pixels(original));
  });

  test('keeps its orientation and its colour profile', async () => {
    const original = await make({ ...small, orientation: 6, displayP3: true });
    const [before, after] = [original, await strip(mimeType, original)];
    const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()];
    expect(is.orientation).toBe(was.orientation);
    expect(is.icc).toBeDefined();
    expect(is.icc).toEqual(was.icc);
    expect(is.autoOrient).toEqual(was.autoOrient);
    expect((await strip(mimeType, after)).equals(after)).toBe(true);
  });

  test('comes out the same however the network cuts it', async () => {
    const original = await make({ ...small, orientation: 3 });
    const whole = await strip(mimeType, original);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
        expect((await strip(mimeType, original, cuts)).equals(whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect(
      (
        await strip(
          mimeType,
          original.subarray(0, 3000),
          Array.from({ length: 2999 }, (_, i) => i),
        )
      ).length,
    ).toBeGreaterThan(0);
  });

  test('passes through untouched when it ends before its picture begins, and never fails wherever it ends', async () => {
    const original = await make(small);
    expect((await strip(mimeType, original.subarray(0, 30))).equals(original.subarray(0, 30))).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length), async (length) => {
        const cut = original.subarray(0, length);
        expect((await strip(mimeType, cut)).length).toBeLessThanOrEqual(length);
      }),
      { numRuns: 40 },
    );
  });

  test('is stored as it came when its bytes are something else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 600 }), async (noise) => {
        const file = Buffer.concat([Buffer.from('no such format'), noise]);
        expect((await strip(mimeType, file)).equals(file)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('JPEG', () => {
  let original: Buffer;
  beforeAll(async () => {
    original = await makePhotoJpeg({ ...small, exif: false });
  });

  function withSegment(marker: number, body: Buffer): Buffer {
    const head = Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]);
    return Buffer.concat([original.subarray(0, 2), head, body, original.subarray(2)]);
  }

  test('without metadata is stored byte for byte as it came', async () => {
    expect((await strip('image/jpeg', original)).equals(original)).toBe(true);
  });

  test.each([
    ['a comment', 0xfe, 'taken at home'],
    ['IPTC', 0xed, 'Photoshop 3.0\0 taken at home'],
    ['a multi-picture index', 0xe2, 'MPF\0 taken at home'],
    ["a maker's segment", 0xe4, 'taken at home'],
    ['a second Exif', 0xe1, 'Exif\0\0 taken at home'],
  ])('%s is dropped', async (_name, marker, text) => {
    const stored = await strip('image/jpeg', withSegment(marker, Buffer.from(text, 'latin1')));
    expect(stored.equals(original)).toBe(true);
  });

  test('the film that a motion photo carries after its end is dropped', async () => {
    const motionPhoto = Buffer.concat([original, Buffer.from('....ftypmp42 with a place in it')]);
    expect((await strip('image/jpeg', motionPhoto)).equals(original)).toBe(true);
  });

  test('a progressive picture keeps all its scans', async () => {
    const progressive = await makeProgressiveJpeg(small);
    const stored = await strip('image/jpeg', progressive);
    expect(stored.includes(secretSerial)).toBe(false);
    expect(await pixels(stored)).toEqual(await pixels(progressive));
  });

  test('a segment of more than a megabyte of XMP is dropped too', async () => {
    const part = Buffer.concat([Buffer.from('http://ns.adobe.com/xmp/extension/\0'), Buffer.alloc(60_000, 0x41)]);
    let photo = original;
    for (let i = 0; i < 40; i += 1) {
      const head = Buffer.from([0xff, 0xe1, (part.length + 2) >> 8, (part.length + 2) & 255]);
      photo = Buffer.concat([photo.subarray(0, 2), head, part, photo.subarray(2)]);
    }
    expect((await strip('image/jpeg', photo)).equals(original)).toBe(true);
  });

  test('a header that breaks off in nonsense is stored as it came, metadata and all', async () => {
    const broken = Buffer.from(await makePhotoJpeg(small));
    const table = broken.indexOf(Buffer.from([0xff, 0xdb]));
    broken[table] = 0x00;
    expect((await strip('image/jpeg', broken)).equals(broken)).toBe(true);
  });
});

describe('animations', () => {
  test('an animated WebP keeps every frame', async () => {
    const original = await makeAnimation('webp', 5);
    const stored = await strip('image/webp', original);
    expect((await sharp(stored, { animated: true }).metadata()).pages).toBe(5);
    expect(await pixels(stored)).toEqual(await pixels(original));
  });
});

describe('types without a stripper', () => {
  test.each(['image/bmp', 'audio/mpeg', 'application/pdf', 'text/plain', 'constructor'])(
    '%s is left alone',
    (mimeType) => {
      expect(createMetadataStripper(mimeType)).toBeNull();
    },
  );
});
