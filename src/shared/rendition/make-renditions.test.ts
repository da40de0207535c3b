import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio } from 'thumbhash';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  hasFfmpeg,
  makeAnimation,
  makeAudio,
  makeBmp,
  makeHeic,
  makePdf,
  makePhotoAvif,
  makePhotoJpeg,
  makePhotoPng,
  makePhotoTiff,
  makePhotoWebp,
  makeSvg,
  makeVideo,
  makeWav,
} from '#tests/fixtures/media/make-media.ts';
import { makeRenditions, type RenditionOptions } from './make-renditions.ts';
import type { MadeRenditions } from './rendition-outcome.ts';

/** A process per file, and machines that run tests are busy. */
vi.setConfig({ testTimeout: 60_000 });

const ffmpeg = await hasFfmpeg();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-renditions-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function attempt(mimeType: string, bytes: Buffer, options?: RenditionOptions) {
  const filePath = join(folder, crypto.randomUUID());
  await writeFile(filePath, bytes);
  return makeRenditions({ filePath, mimeType, sizeBytes: bytes.length }, options);
}

async function make(mimeType: string, bytes: Buffer): Promise<MadeRenditions> {
  const outcome = await attempt(mimeType, bytes);
  if ('failed' in outcome) throw new Error(`${outcome.failed}: ${outcome.detail}`);
  return outcome;
}

const size = (rendition: { width: number; height: number } | null) =>
  rendition ? [rendition.width, rendition.height] : null;

describe('pictures', () => {
  test.each([
    ['image/jpeg', makePhotoJpeg],
    ['image/png', makePhotoPng],
    ['image/webp', makePhotoWebp],
    ['image/avif', makePhotoAvif],
    ['image/tiff', makePhotoTiff],
  ])('%s gets a thumbnail and a preview in WebP without metadata, in true proportion', async (mimeType, build) => {
    const made = await make(mimeType, await build({ width: 2400, height: 1200 }));
    expect([made.width, made.height]).toEqual([2400, 1200]);
    expect(size(made.thumbnail)).toEqual([480, 240]);
    expect(size(made.preview)).toEqual([2048, 1024]);
    for (const rendition of [made.thumbnail, made.preview]) {
      const metadata = await sharp(rendition?.bytes).metadata();
      expect([metadata.format, metadata.width, metadata.height]).toEqual(['webp', rendition?.width, rendition?.height]);
      expect([metadata.exif, metadata.xmp, metadata.iptc]).toEqual([undefined, undefined, undefined]);
    }
    expect(thumbHashToApproximateAspectRatio(Buffer.from(made.thumbhash ?? '', 'base64'))).toBeGreaterThan(1.5);
    expect([made.durationSeconds, made.pageCount, made.waveform]).toEqual([null, null, null]);
  });

  test('a photo taken sideways stands upright, and its size is given as it is seen', async () => {
    const made = await make('image/jpeg', await makePhotoJpeg({ width: 600, height: 400, orientation: 6 }));
    expect([made.width, made.height]).toEqual([400, 600]);
    expect(size(made.preview)).toEqual([400, 600]);
    expect(size(made.thumbnail)).toEqual([320, 480]);
    expect((await sharp(made.preview?.bytes).metadata()).orientation).toBeUndefined();
  });

  test('a small picture is never enlarged', async () => {
    const made = await make('image/png', await makePhotoPng({ width: 31, height: 17 }));
    expect([size(made.thumbnail), size(made.preview)]).toEqual([
      [31, 17],
      [31, 17],
    ]);
  });

  test('a bitmap is drawn the right way up', async () => {
    const bmp = await makeBmp(64, 40);
    const original = await sharp(await makePhotoPng({ width: 64, height: 40, exif: false }))
      .removeAlpha()
      .raw()
      .toBuffer();
    const made = await make('image/bmp', bmp);
    expect([made.width, made.height]).toEqual([64, 40]);
    const drawn = await sharp(made.preview?.bytes).removeAlpha().raw().toBuffer();
    const differences = drawn.map((value, i) => Math.abs(value - (original[i] ?? 0)));
    expect(differences.reduce((sum, value) => sum + value, 0) / drawn.length).toBeLessThan(12);
  });

  test.each(['gif', 'webp'] as const)(
    'an animated %s stands still as thumbnail and moves as preview',
    async (format) => {
      const made = await make(`image/${format}`, await makeAnimation(format, 6, 90));
      expect([made.width, made.height]).toEqual([90, 90]);
      expect((await sharp(made.thumbnail?.bytes).metadata()).pages ?? 1).toBe(1);
      const preview = await sharp(made.preview?.bytes, { animated: true }).metadata();
      expect([preview.pages, preview.width, preview.pageHeight]).toEqual([6, 90, 90]);
      expect(size(made.preview)).toEqual([90, 90]);
    },
  );

  test('an SVG becomes a picture; a poster is drawn small', async () => {
    expect(size((await make('image/svg+xml', makeSvg())).preview)).toEqual([828, 1792]);
    const poster =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="10000"><rect width="9999" height="9999"/></svg>';
    const made = await make('image/svg+xml', Buffer.from(poster));
    expect([made.width, made.height]).toEqual([20_000, 10_000]);
    expect(size(made.preview)).toEqual([2048, 1024]);
  });
});

describe.runIf(ffmpeg)('HEIC', () => {
  test('a photo from an iPhone is turned upright', async () => {
    const made = await make('image/heic', await makeHeic({ width: 320, height: 192, quarterTurns: 3 }));
    expect([made.width, made.height]).toEqual([192, 320]);
    expect(size(made.preview)).toEqual([192, 320]);
  });

  test('colours of a wide profile are converted, not taken for sRGB', async () => {
    const { icc } = await sharp(await makePhotoPng({ width: 8, height: 8, displayP3: true })).metadata();
    const options = { width: 320, height: 192 };
    const [plain, wide] = [
      await makeHeic(options),
      await makeHeic({ ...options, ...(icc ? { iccProfile: icc } : {}) }),
    ];
    const colourfulness = async (file: Buffer) => {
      const { channels } = await sharp((await make('image/heic', file)).preview?.bytes).stats();
      return (channels[0]?.stdev ?? 0) + (channels[2]?.stdev ?? 0);
    };
    expect(await colourfulness(wide)).toBeGreaterThan(await colourfulness(plain));
  });
});

describe('documents', () => {
  test('a PDF shows its first page and counts them', async () => {
    const made = await make('application/pdf', makePdf());
    expect([made.pageCount, made.width, made.height]).toEqual([2, 595, 842]);
    expect(size(made.preview)).toEqual([1447, 2048]);
    const corner = sharp(made.preview?.bytes).extract({ left: 20, top: 20, width: 60, height: 60 });
    const { channels } = await sharp(await corner.png().toBuffer()).stats();
    expect(channels[1]?.mean).toBeGreaterThan((channels[0]?.mean ?? 0) + 50);
  });
});

describe.runIf(ffmpeg)('video and audio', () => {
  test.each([
    ['MP4 with its index at the end', 'video/mp4', { faststart: false }],
    ['MOV', 'video/quicktime', { container: 'mov' as const }],
    ['WebM', 'video/webm', { container: 'webm' as const }],
  ])('%s gets a frame and a duration', async (_name, mimeType, options) => {
    const made = await make(mimeType, await makeVideo({ ...options, seconds: 2 }));
    expect([made.width, made.height, size(made.thumbnail)]).toEqual([640, 360, [480, 270]]);
    expect(made.durationSeconds).toBeCloseTo(2, 0);
    expect((await sharp(made.preview?.bytes).stats()).channels[0]?.mean).toBeGreaterThan(100);
  });

  test.each([
    ['audio/mpeg', 'mp3'],
    ['audio/mp4', 'm4a'],
    ['audio/ogg', 'ogg'],
    ['audio/flac', 'flac'],
  ] as const)('%s gets a duration and a waveform that rises with its tone', async (mimeType, extension) => {
    const made = await make(mimeType, await makeAudio(extension, 3));
    expect(made.durationSeconds).toBeCloseTo(3, 0);
    expect(made.waveform).toHaveLength(64);
    expect(made.waveform?.[60]).toBeGreaterThan((made.waveform?.[8] ?? 1) + 0.2);
    expect([made.thumbnail, made.preview, made.width]).toEqual([null, null, null]);
  });

  test('silence is drawn as silence', async () => {
    const { waveform } = await make('audio/wav', makeWav(4));
    expect(waveform?.slice(0, 15).every((peak) => peak === 0)).toBe(true);
    expect(waveform?.[63]).toBeGreaterThan(0.8);
  });
});

describe('what is not made', () => {
  test('types without renditions are answered, not tried', async () => {
    expect(await attempt('text/plain', Buffer.from('hello'))).toMatchObject({
      failed: 'unsupported-type',
      retryable: false,
    });
  });

  test('a file under a wrong type is not opened by the loader of the right one', async () => {
    const outcome = await attempt('image/png', await makePhotoJpeg({ width: 20, height: 20 }));
    expect(outcome).toMatchObject({ failed: 'unreadable', retryable: false });
  });

  test('what takes too long is stopped and may be tried again', async () => {
    const outcome = await attempt('image/png', await makePhotoPng({ width: 20, height: 20 }), {
      limits: { timeoutMs: 5 },
    });
    expect(outcome).toMatchObject({ failed: 'timeout', retryable: true });
  });

  test('what takes too much memory is stopped', async () => {
    const outcome = await attempt('image/png', await makePhotoPng({ width: 900, height: 900 }), {
      limits: { maxResidentBytes: 30e6 },
    });
    expect('failed' in outcome && ['out-of-memory', 'crashed'].includes(outcome.failed)).toBe(true);
  });

  test('a picture over the limit of pixels is refused before it is decoded', async () => {
    const outcome = await attempt('image/png', await makePhotoPng({ width: 300, height: 300 }), {
      limits: { maxPixels: 80_000 },
    });
    expect(outcome).toMatchObject({ failed: 'too-many-pixels', retryable: false });
  });

  test('a caller who goes away stops the work', async () => {
    const signal = AbortSignal.timeout(30);
    expect(await attempt('image/jpeg', await makePhotoJpeg(), { signal })).toMatchObject({ failed: 'aborted' });
    expect(await attempt('image/svg+xml', makeSvg(), { signal })).toMatchObject({ failed: 'aborted' });
  });

  test('nothing is left in the temporary folder', async () => {
    const before = new Set(await readdir(folder));
    await attempt('image/svg+xml', makeSvg());
    const after = (await readdir(folder)).filter((name) => !before.has(name));
    expect(after).toHaveLength(1);
  });
});
