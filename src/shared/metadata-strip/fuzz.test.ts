import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  hasFfmpeg,
  makeAnimation,
  makeAudio,
  makeHeic,
  makePhotoJpeg,
  makePhotoPng,
  makePhotoTiff,
  makePhotoWebp,
  makeVideo,
} from '#tests/fixtures/media/make-media.ts';
import { stripFile } from '#tests/support/strip-file.ts';

vi.setConfig({ testTimeout: 120_000 });

const ffmpeg = await hasFfmpeg();
const size = { width: 48, height: 32 };
const samples: [mimeType: string, file: Buffer][] = [
  ['image/jpeg', await makePhotoJpeg(size)],
  ['image/png', await makePhotoPng(size)],
  ['image/webp', await makePhotoWebp(size)],
  ['image/tiff', await makePhotoTiff(size)],
  ['image/gif', await makeAnimation('gif', 3, 24)],
  ...(ffmpeg
    ? ([
        ['image/heic', await makeHeic(size)],
        ['video/mp4', await makeVideo({ seconds: 1, location: '+52.52+013.40/' })],
        ['video/webm', await makeVideo({ seconds: 1, container: 'webm' })],
        ['audio/ogg', await makeAudio('ogg', 1)],
      ] as [string, Buffer][])
    : []),
];

/** Bytes set, and stretches cut out, doubled or zeroed, most of them near the front where the structure is. */
const damage = fc.record({
  kind: fc.constantFrom('set', 'cut', 'double', 'zero', 'end'),
  at: fc.oneof(fc.double({ min: 0, max: 0.05, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  bytes: fc.integer({ min: 1, max: 64 }),
  value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x21, 0x2c),
});

function damaged(
  file: Buffer,
  { kind, at, bytes, value }: typeof damage extends fc.Arbitrary<infer D> ? D : never,
): Buffer {
  const start = Math.floor(at * file.length);
  const [before, hit, after] = [
    file.subarray(0, start),
    file.subarray(start, start + bytes),
    file.subarray(start + bytes),
  ];
  if (kind === 'end') return Buffer.from(before);
  if (kind === 'cut') return Buffer.concat([before, after]);
  if (kind === 'double') return Buffer.concat([before, hit, hit, after]);
  return Buffer.concat([before, Buffer.alloc(hit.length, kind === 'zero' ? 0 : value), after]);
}

describe.each(samples)('%s, however it is damaged', (mimeType, file) => {
  test('comes out, no longer than it came in, the same in any chunks, and strips to itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { maxLength: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        async (damages, chunk) => {
          const input = damages.reduce(damaged, file);
          const output = await stripFile(mimeType, input);
          // An orientation that is kept becomes a block of its own.
          expect(output.length).toBeLessThanOrEqual(input.length + 64);
          expect((await stripFile(mimeType, input, Math.max(chunk, input.length >> 9))).equals(output)).toBe(true);
          if (damages.length === 0) expect((await stripFile(mimeType, output)).equals(output)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('and noise behind its first bytes comes out as well', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 64 }), fc.uint8Array({ maxLength: 3000 }), async (kept, noise) => {
        const input = Buffer.concat([file.subarray(0, kept), noise]);
        expect((await stripFile(mimeType, input, 777)).length).toBeLessThanOrEqual(input.length + 64);
      }),
      { numRuns: 150 },
    );
  });
});
