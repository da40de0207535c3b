import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decodeHeic } from '#shared/rendition/decode-heic.ts';
import { movieChildren } from '#tests/fixtures/media/build-heic.ts';
import { hasFfmpeg, makeHeic, makeVideo } from '#tests/fixtures/media/make-media.ts';
import { secretMake, secretPlace, secretSerial } from '#tests/fixtures/media/secrets.ts';
import { stripFile } from '#tests/support/strip-file.ts';
import { createMetadataStripper } from './create-metadata-stripper.ts';
import { findPhotoPlace } from './photo-place.ts';

const run = promisify(execFile);
const ffmpeg = await hasFfmpeg();

vi.setConfig({ testTimeout: 60_000 });

async function placeTags(film: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tags-'));
  try {
    await writeFile(join(folder, 'film'), film);
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'format_tags',
      '-of',
      'csv',
      join(folder, 'film'),
    ]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A checksum of every decoded frame and sample. */
async function decodedFrames(film: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'frames-'));
  try {
    await writeFile(join(folder, 'film'), film);
    const { stdout } = await run('ffmpeg', [
      '-nostdin',
      '-v',
      'error',
      '-i',
      join(folder, 'film'),
      '-f',
      'framemd5',
      '-',
    ]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const brands = box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1'));

describe.runIf(ffmpeg)('a film', () => {
  test.each([
    ['MP4 with its index first', 'video/mp4', { faststart: true }],
    ['MP4 with its index last', 'video/mp4', { faststart: false }],
    ['MOV with keys as an iPhone writes them', 'video/quicktime', { container: 'mov' as const, faststart: false }],
  ])('%s loses place and maker, keeps every frame and every offset', async (_name, mimeType, options) => {
    const original = await makeVideo({ ...options, location: secretPlace });
    expect(await placeTags(original)).toContain('+52.52');
    expect(findPhotoPlace(original)).toBe(true);

    const stored = await stripFile(mimeType, original);

    expect(await placeTags(stored)).not.toContain('+52.52');
    expect(stored.includes(secretPlace.slice(0, 8))).toBe(false);
    expect(stored.includes(secretMake)).toBe(false);
    expect(findPhotoPlace(stored)).toBe(false);
    expect(stored.length).toBe(original.length);
    expect(await decodedFrames(stored)).toBe(await decodedFrames(original));
    for (const chunkBytes of [1, 7, 1000])
      expect((await stripFile(mimeType, original, chunkBytes)).equals(stored)).toBe(true);
  });
});

describe.runIf(ffmpeg)('a HEIC photo', () => {
  test.each(['start', 'end'] as const)(
    'with its item list at the %s loses place and serial, no pixel changes',
    async (metaAt) => {
      const original = await makeHeic({ width: 160, height: 96, quarterTurns: 3, metaAt });
      expect(original.includes(secretSerial)).toBe(true);
      expect(findPhotoPlace(original)).toBe(true);

      const stored = await stripFile('image/heic', original);

      expect(stored.includes(secretSerial)).toBe(false);
      expect(findPhotoPlace(stored)).toBe(false);
      expect(stored.length).toBe(original.length);
      const [before, after] = [await decodeHeic(original, 1e6), await decodeHeic(stored, 1e6)];
      expect([after.width, after.height]).toEqual([96, 160]);
      expect(after.pixels.equals(before.pixels)).toBe(true);
      for (const chunkBytes of [1, 13, 999])
        expect((await stripFile('image/heic', original, chunkBytes)).equals(stored)).toBe(true);
    },
  );
});

describe('boxes', () => {
  const handler = (kind: string) => box('mdia', box('hdlr', Buffer.from(`\0\0\0\0\0\0\0\0${kind}\0\0\0\0`, 'latin1')));
  const place = Buffer.from('here it was taken');

  test('a track of sensor readings can no longer be found, the film can', async () => {
    const movie = box(
      'moov',
      Buffer.concat([
        box('mvhd', Buffer.alloc(100)),
        box('trak', Buffer.concat([handler('vide'), box('udta', place)])),
        box('trak', Buffer.concat([handler('meta'), box('gpmd', place)])),
        box('udta', place),
      ]),
    );
    const stored = await stripFile('video/mp4', Buffer.concat([brands, movie]));
    expect(movieChildren(stored)).toEqual(['mvhd', 'trak', 'free', 'free']);
    expect(stored.includes(place)).toBe(false);
    expect(stored.includes('vide')).toBe(true);
  });

  test("makers' boxes and old free space are zeroed, media is not touched", async () => {
    const file = Buffer.concat([
      brands,
      box('uuid', place),
      box('free', place),
      box('mpvd', place),
      box('mdat', place),
    ]);
    const stored = await stripFile('video/mp4', file);
    expect(stored.length).toBe(file.length);
    expect(stored.indexOf(place)).toBe(file.length - place.length);
  });

  test('a box that claims gigabytes is not collected in memory', async () => {
    const stripper = createMetadataStripper('video/mp4');
    let received = 0;
    stripper?.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    const huge = Buffer.from([0xff, 0xff, 0xff, 0xf0, ...Buffer.from('udta')]);
    const movie = Buffer.from([0xff, 0xff, 0xff, 0xf8, ...Buffer.from('moov')]);
    let sent = 0;
    for (const chunk of [brands, movie, huge, ...Array.from({ length: 64 }, () => Buffer.alloc(1024 * 1024, 1))]) {
      sent += chunk.length;
      await new Promise((resolve) => stripper?.write(chunk, resolve));
    }
    expect(sent - received).toBeLessThan(64 * 1024);
  });

  test('any bytes after a good beginning come through with their length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('moov', 'meta', 'trak', 'udta', 'mdat'),
        async (noise, type) => {
          for (const brand of ['isom', 'heic']) {
            const file = Buffer.concat([
              box('ftyp', Buffer.from(`${brand}\0\0\0\0${brand}`, 'latin1')),
              box(type, Buffer.from(noise)),
              Buffer.from(noise),
            ]);
            expect((await stripFile('video/mp4', file)).length).toBe(file.length);
          }
        },
      ),
    );
  });
});
