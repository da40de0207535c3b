import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePhotoAvif, makePhotoJpeg, makePhotoPng, makePhotoWebp } from '#tests/fixtures/media/make-media.ts';
import { findPhotoPlace } from './photo-place.ts';

const small = { width: 60, height: 40 };

describe('before sending', () => {
  test.each([
    ['JPEG', makePhotoJpeg],
    ['PNG', makePhotoPng],
    ['WebP', makePhotoWebp],
    ['AVIF', makePhotoAvif],
  ])('a %s that carries a place is known, one without is not accused', async (_name, make) => {
    expect(findPhotoPlace(await make(small))).toBe(true);
    expect(findPhotoPlace(await make({ ...small, exif: false }))).toBe(false);
  });

  test('the beginning of a JPEG is enough', async () => {
    const photo = await makePhotoJpeg({ width: 400, height: 300 });
    expect(findPhotoPlace(photo.subarray(0, 4096))).toBe(true);
  });

  test('broken files carry no place and break nothing', async () => {
    const photos = [
      await makePhotoJpeg(small),
      await makePhotoPng(small),
      await makePhotoWebp(small),
      await makePhotoAvif(small),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...photos), fc.nat(), fc.nat(255), fc.nat(), (photo, at, value, length) => {
        const broken = Uint8Array.from(photo.subarray(0, length % photo.length));
        if (broken.length > 0) broken[at % broken.length] = value;
        expect(typeof findPhotoPlace(broken)).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
