import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasFfmpeg, makeAudio, makePhotoJpeg, makePhotoPng } from '#tests/fixtures/media/make-media.ts';
import {
  encodeHeic,
  hasHeifEnc,
  makeAnimatedAvif,
  makeAnimatedPng,
  makeAsianPdf,
  makeCutoutPng,
  makeCyrillicPdf,
  makeEmptyPdf,
  makeFilledForm,
  makeHdrVideo,
  makeLateVideo,
  makeLiveWebm,
  makeLongScreenshot,
  makeP3Avif,
  makeP3Heic,
  makeSecondPrimaryHeic,
  makeUndrawablePdf,
  makeVideoFile,
} from '#tests/fixtures/media/make-odd-media.ts';
import { makeRenditions } from './make-renditions.ts';
import type { MadeRenditions, Rendition } from './rendition-outcome.ts';

vi.setConfig({ testTimeout: 60_000 });

const [ffmpeg, heifEnc] = await Promise.all([hasFfmpeg(), hasHeifEnc()]);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shown-as-it-is-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function make(mimeType: string, bytes: Buffer): Promise<MadeRenditions> {
  const filePath = join(folder, crypto.randomUUID());
  await writeFile(filePath, bytes);
  const outcome = await makeRenditions({ filePath, mimeType, sizeBytes: bytes.length });
  if ('failed' in outcome) throw new Error(`${outcome.failed}: ${outcome.detail}`);
  return outcome;
}

/** Colours at a place of a rendition, given as shares of its sides; with alpha where it has some. */
async function colourAt(rendition: Rendition | null, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(rendition?.bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

async function darkPixels(rendition: Rendition | null): Promise<number> {
  const grey = await sharp(rendition?.bytes).toColourspace('b-w').raw().toBuffer();
  return grey.filter((value) => value < 100).length;
}

function expectNear(colour: readonly number[], expected: readonly number[], within: number): void {
  for (const [i, value] of expected.entries())
    expect(Math.abs((colour[i] ?? -1e9) - value)).toBeLessThanOrEqual(within);
}

describe('a picture', () => {
  test.runIf(heifEnc)('of several in a HEIC is the one that the file calls its own', async () => {
    const made = await make('image/heic', await makeSecondPrimaryHeic());
    expect([made.width, made.height]).toEqual([400, 300]);
    expectNear(await colourAt(made.preview, 0.5, 0.5), [0, 0, 220], 12);
  });

  test.runIf(heifEnc)('cut out on a phone keeps its transparency', async () => {
    const made = await make('image/heic', await encodeHeic([await makeCutoutPng()]));
    for (const rendition of [made.thumbnail, made.preview]) {
      expect((await colourAt(rendition, 0.02, 0.02))[3]).toBe(0);
      expectNear(await colourAt(rendition, 0.5, 0.5), [200, 30, 30, 255], 12);
    }
  });

  // 64, 192, 64 of Display P3 lies outside of sRGB: its red is below zero there.
  test.runIf(ffmpeg)('in HEIC has the colours that its code points say', async () => {
    expectNear(await colourAt((await make('image/heic', await makeP3Heic())).preview, 0.5, 0.5), [0, 195, 31], 14);
  });

  test.runIf(ffmpeg)('in AVIF has the colours that its code points say', async () => {
    expectNear(await colourAt((await make('image/avif', await makeP3Avif())).preview, 0.5, 0.5), [0, 195, 31], 14);
  });

  test('that moves in every browser is moved by it, and has its first frame as thumbnail', async () => {
    const png = await make('image/png', await makeAnimatedPng());
    expect(png).toMatchObject({ width: 40, height: 30, preview: null });
    expect(png.durationSeconds).toBeCloseTo(0.9);
    expectNear(await colourAt(png.thumbnail, 0.5, 0.5), [250, 0, 0], 12);
    expect((await make('image/png', await makePhotoPng({ width: 40, height: 30 }))).durationSeconds).toBeNull();
    if (!ffmpeg) return;
    const avif = await make('image/avif', await makeAnimatedAvif());
    expect(avif).toMatchObject({ width: 96, height: 64, preview: null, thumbnail: { width: 96, height: 64 } });
    expect(avif.durationSeconds).not.toBeNull();
  });

  test('that is long and narrow can be read to its last line', async () => {
    const screenshot = await make('image/png', await makeLongScreenshot());
    expect(screenshot.preview).toMatchObject({ width: 1080, height: 16_000 });
    // Its lines are three pixels high: drawn smaller they would be grey.
    const last = await sharp(screenshot.preview?.bytes)
      .extract({ left: 100, top: 15_960, width: 100, height: 40 })
      .raw();
    expect(Math.min(...(await last.toBuffer()))).toBeLessThan(60);
    const panorama = await make('image/png', await makeLongScreenshot(20_000, 2000));
    expect(panorama.preview).toMatchObject({ width: 10_800, height: 1080 });
    for (const { thumbnail } of [screenshot, panorama]) expect((thumbnail?.bytes.length ?? 1e9) < 100_000).toBe(true);
  });

  test('black on nothing stays black on nothing', async () => {
    const stamp =
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect x="30" width="30" height="60"/></svg>';
    const made = await make('image/png', await sharp(Buffer.from(stamp)).png().toBuffer());
    expect([await colourAt(made.preview, 0.1, 0.5), await colourAt(made.preview, 0.5, 0.5)]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 255],
    ]);
  });

  test.each([
    ['its last bytes', (bytes: Buffer) => bytes.length - 30],
    ['a tenth', (bytes: Buffer) => Math.floor(bytes.length * 0.9)],
    ['half', (bytes: Buffer) => Math.floor(bytes.length / 2)],
  ])('without %s is shown as far as it goes', async (_, cut) => {
    const bytes = await makePhotoJpeg({ width: 900, height: 600 });
    const [whole, partial] = [await make('image/jpeg', bytes), await make('image/jpeg', bytes.subarray(0, cut(bytes)))];
    expect([partial.width, partial.height]).toEqual([900, 600]);
    expectNear(await colourAt(partial.preview, 0.5, 0.2), await colourAt(whole.preview, 0.5, 0.2), 6);
  });
});

describe.runIf(ffmpeg)('a video', () => {
  test.each(['arib-std-b67', 'smpte2084'] as const)('in %s has a poster in the colours of a page', async (transfer) => {
    const { preview } = await make('video/quicktime', await makeHdrVideo(transfer));
    const [white = 0] = await colourAt(preview, 0.2, 0.5);
    expect(white).toBeGreaterThan(230);
    expectNear(await colourAt(preview, 0.8, 0.5), [192, 32, 32], 30);
  });

  test.each([true, false])('that begins in the dark has a poster that does not (one group: %s)', async (isOneGroup) => {
    const made = await make('video/mp4', await makeLateVideo(isOneGroup));
    expect((await colourAt(made.thumbnail, 0.5, 0.5))[0]).toBeGreaterThan(200);
    expect(made.durationSeconds).toBeCloseTo(12, 0);
  });

  test('that is dark all through has a dark poster', async () => {
    const args = ['-f', 'lavfi', '-i', 'color=c=black:size=96x64:rate=5:duration=2', '-pix_fmt', 'yuv420p'];
    const made = await make('video/mp4', await makeVideoFile(args, 'mp4'));
    expect(made.thumbnail).toMatchObject({ width: 96, height: 64 });
  });

  test('whose recorder did not say how long it is is measured', async () => {
    expect((await make('video/webm', await makeLiveWebm())).durationSeconds).toBeCloseTo(3, 0);
  });

  test.each([
    ['video/matroska', 'mkv', ['-c:v', 'libx264']],
    ['video/vnd.avi', 'avi', ['-c:v', 'mpeg4']],
    ['video/x-ms-asf', 'wmv', ['-c:v', 'wmv2']],
    ['video/mpeg', 'mpg', ['-c:v', 'mpeg2video', '-r', '25']],
    ['video/3gpp', '3gp', ['-c:v', 'libx264', '-profile:v', 'baseline']],
    ['video/x-flv', 'flv', ['-c:v', 'flv']],
    ['video/mp2t', 'ts', ['-c:v', 'mpeg2video', '-r', '25']],
  ] as const)('that browsers may not play has a poster all the same: %s', async (mimeType, extension, codec) => {
    const args = ['-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=10:duration=1', ...codec, '-pix_fmt', 'yuv420p'];
    const made = await make(mimeType, await makeVideoFile(args, extension));
    expect(made.thumbnail).toMatchObject({ width: 160, height: 96 });
  });
});

test.runIf(ffmpeg)('a recording in AMR or CAF has a duration and a waveform', async () => {
  const wav = await makeAudio('flac', 2);
  const source = join(folder, 'source.flac');
  await writeFile(source, wav);
  const caf = await make('audio/x-caf', await makeVideoFile(['-i', source], 'caf'));
  expect(caf.durationSeconds).toBeCloseTo(2, 0);
  expect(caf.waveform).toHaveLength(64);
});

describe('a document', () => {
  test('shows what was filled into it', async () => {
    expect(await darkPixels((await make('application/pdf', makeFilledForm())).preview)).toBeGreaterThan(200);
  });

  test.each(['ArialMT', 'TimesNewRomanPSMT', 'CourierNewPSMT'] as const)(
    'shows Cyrillic in %s, which it does not bring along',
    async (font) => {
      expect(await darkPixels((await make('application/pdf', makeCyrillicPdf(font))).preview)).toBeGreaterThan(500);
    },
  );

  test.each(['chinese', 'japanese', 'korean'] as const)('shows %s, which it does not bring along', async (script) => {
    const { preview } = await make('application/pdf', makeAsianPdf(script));
    expect(await darkPixels(preview)).toBeGreaterThan(700);
  });

  test('that is an empty sheet is one, and one that cannot be drawn is not passed off as one', async () => {
    expect((await make('application/pdf', makeEmptyPdf())).thumbnail).toMatchObject({ width: 480, height: 480 });
    expect(await make('application/pdf', makeUndrawablePdf())).toMatchObject({ thumbnail: null, pageCount: 1 });
  });
});
