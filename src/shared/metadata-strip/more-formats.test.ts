import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { hasFfmpeg, makeAnimation, makePhotoTiff } from '#tests/fixtures/media/make-media.ts';
import { secretMake, secretSerial } from '#tests/fixtures/media/secrets.ts';
import { stripFile } from '#tests/support/strip-file.ts';

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const ffmpeg = await hasFfmpeg();
const PLACE = '+52.5200+013.4050';
const said = ['-metadata', 'title=Secret title', '-metadata', `location=${PLACE}`, '-metadata', 'artist=Anna Secret'];
const video = ['-f', 'lavfi', '-i', 'testsrc2=duration=1:size=160x96:rate=10'];
const sound = ['-f', 'lavfi', '-i', 'sine=duration=1'];

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'more-formats-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const encode = (name: string, args: readonly string[]) =>
  inFolder(async (folder) => {
    await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args, join(folder, name)]);
    return readFile(join(folder, name));
  });

/** What ffmpeg still finds in it, decoded to the last frame; throws when it complains of anything. */
const decode = (name: string, file: Buffer) =>
  inFolder(async (folder) => {
    const path = join(folder, name);
    await writeFile(path, file);
    const frames = await run('ffmpeg', ['-nostdin', '-v', 'error', '-xerror', '-i', path, '-f', 'framemd5', '-']);
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_format', '-show_streams', path]);
    expect(frames.stderr).toBe('');
    return { frames: frames.stdout, said: stdout };
  });

describe.runIf(ffmpeg)('places, titles and people leave', () => {
  test.each([
    ['a.webm', 'video/webm', [...video, ...sound, '-c:v', 'libvpx', '-c:a', 'libopus']],
    ['live.webm', 'video/webm', [...video, '-c:v', 'libvpx', '-f', 'webm', '-live', '1']],
    ['a.mkv', 'video/matroska', [...video, ...sound, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']],
    ['voice.weba', 'audio/webm', [...sound, '-c:a', 'libopus', '-f', 'webm']],
    ['opus.ogg', 'audio/ogg', [...sound, '-c:a', 'libopus']],
    ['vorbis.ogg', 'audio/ogg', [...sound, '-c:a', 'libvorbis']],
    ['flac.ogg', 'audio/ogg', [...sound, '-c:a', 'flac']],
    ['theora.ogv', 'video/ogg', [...video, ...sound, '-c:v', 'libtheora', '-c:a', 'libvorbis']],
  ] as const)('%s, and every frame stays', async (name, mimeType, args) => {
    const track = ['-metadata:s:0', 'title=Secret track', '-metadata:s:0', `location=${PLACE}`];
    const file = await encode(name, [...args, ...said, ...track]);
    expect(file.includes('Secret')).toBe(true);
    for (const chunkBytes of [file.length, 999, 1]) {
      const stripped = await stripFile(mimeType, file, chunkBytes);
      expect(stripped.length).toBe(file.length);
      expect([stripped.includes('Secret'), stripped.includes(PLACE)]).toEqual([false, false]);
      if (chunkBytes === 1) continue;
      expect((await decode(name, stripped)).frames).toBe((await decode(name, file)).frames);
    }
    expect((await decode(name, await stripFile(mimeType, file))).said).not.toMatch(/Secret|52\.5/);
  });

  test('from a song with a cover over many pages too', async () => {
    // Too long for an argument.
    const cover = `LYRICS=${Buffer.alloc(200_000, 'Secret ').toString('base64')}`;
    const file = await inFolder(async (folder) => {
      await writeFile(
        join(folder, 'said.txt'),
        `;FFMETADATA1\ntitle=Secret title\n${cover.replaceAll('=', '\\=').replace('\\=', '=')}\n`,
      );
      const out = join(folder, 'a.ogg');
      const inputs = [...sound, '-i', join(folder, 'said.txt'), '-map_metadata', '1', '-c:a', 'libopus'];
      await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...inputs, out]);
      return readFile(out);
    });
    expect(file.length).toBeGreaterThan(250_000);
    const stripped = await stripFile('audio/ogg', file, 4096);
    expect((await decode('a.ogg', stripped)).frames).toBe((await decode('a.ogg', file)).frames);
    expect(stripped.includes(Buffer.from('Secret ').toString('base64').slice(0, 8))).toBe(false);
  });

  test.each([
    ['a.webm', 'video/webm', [...video, '-c:v', 'libvpx']],
    ['a.mkv', 'video/matroska', [...video, '-c:v', 'libx264', '-pix_fmt', 'yuv420p']],
    ['a.ogg', 'audio/ogg', [...sound, '-c:a', 'libopus']],
    ['a.ogv', 'video/ogg', [...video, '-c:v', 'libtheora']],
  ] as const)('and %s that says nothing of anybody is stored byte for byte', async (name, mimeType, args) => {
    const file = await encode(name, args);
    for (const chunkBytes of [file.length, 1000]) {
      expect((await stripFile(mimeType, file, chunkBytes)).equals(file)).toBe(true);
    }
  });

  test('while an m4a keeps its cover, as an mp3 does', async () => {
    const cover = await sharp({
      create: { width: 400, height: 400, channels: 3, background: '#c60', noise: { type: 'gaussian', sigma: 90 } },
    })
      .png()
      .toBuffer();
    expect(cover.length).toBeGreaterThan(100_000);
    const file = await inFolder(async (folder) => {
      await writeFile(join(folder, 'cover.png'), cover);
      const inputs = [...sound, '-i', join(folder, 'cover.png'), '-map', '0', '-map', '1', '-c:v', 'copy'];
      const out = join(folder, 'a.m4a');
      await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...inputs, '-disposition:v:0', 'attached_pic', out]);
      return readFile(out);
    });
    expect((await stripFile('audio/mp4', file)).includes(cover)).toBe(true);
  });
});

describe('a GIF', () => {
  const block = (label: number, ...parts: string[]) =>
    Buffer.concat([
      Buffer.from([0x21, label]),
      ...parts.map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')])),
      Buffer.from([0]),
    ]);
  const secrets = [
    block(0xfe, 'Secret comment', 'x'.repeat(255), 'Secret end'),
    block(0xff, 'XMP DataXMP', `<x:xmpmeta>Secret ${PLACE}</x:xmpmeta>`),
    block(0x01, '\0'.repeat(12), 'Secret caption'),
  ];

  test('loses comments, XMP and what follows its end, and moves as before', async () => {
    const plain = await makeAnimation('gif', 5, 60);
    const head = 13 + ((plain[10] ?? 0) & 0x80 ? 3 * 2 ** (((plain[10] ?? 0) & 7) + 1) : 0);
    const file = Buffer.concat([
      plain.subarray(0, head),
      ...secrets,
      plain.subarray(head),
      Buffer.from('Secret trailer'),
    ]);
    for (const chunkBytes of [file.length, 100, 1]) {
      expect((await stripFile('image/gif', file, chunkBytes)).equals(plain)).toBe(true);
    }
    expect((await sharp(await stripFile('image/gif', file), { animated: true }).metadata()).pages).toBe(5);
  });

  test('that says nothing is stored byte for byte, and so is one that is broken', async () => {
    const plain = await makeAnimation('gif', 5, 60);
    for (const file of [plain, plain.subarray(0, 200), Buffer.from('GIF89a and no more'), Buffer.alloc(0)]) {
      expect((await stripFile('image/gif', file, 50)).equals(file)).toBe(true);
    }
  });
});

type Value = { tag: number; type: number; bytes: Buffer };

/** A grey picture of 8 by 8 with everything a camera says; its directories before or behind its pixels. */
function buildTiff(littleEndian: boolean, isDirectoryFirst: boolean): Buffer {
  const u16 = (value: number) => Buffer.from(littleEndian ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (littleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (tag: number, words: string): Value => ({ tag, type: 2, bytes: Buffer.from(`${words}\0`) });
  const short = (tag: number, value: number): Value => ({ tag, type: 3, bytes: u16(value) });
  const long = (tag: number, value: number): Value => ({ tag, type: 4, bytes: u32(value) });
  const BYTES = [0, 1, 1, 2, 4, 8];
  /** A directory that will stand at `at`, with its longer values behind it. */
  const directory = (at: number, values: readonly Value[]) => {
    let next = at + 6 + values.length * 12;
    const behind: Buffer[] = [];
    const entries = values.map(({ tag, type, bytes }) => {
      const count = bytes.length / (BYTES[type] ?? 1);
      const isInside = bytes.length <= 4;
      const place = isInside ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : u32(next);
      if (!isInside) {
        behind.push(bytes);
        next += bytes.length;
      }
      return Buffer.concat([u16(tag), u16(type), u32(count), place]);
    });
    return Buffer.concat([u16(values.length), ...entries, u32(0), ...behind]);
  };
  const pixels = Buffer.from(Array.from({ length: 64 }, (_, i) => i * 3));
  const place = { tag: 2, type: 5, bytes: Buffer.concat([52, 1, 31, 1, 12, 1].map(u32)) };
  const pixelsAt = isDirectoryFirst ? 2000 : 8;
  const at = isDirectoryFirst ? 8 : 8 + pixels.length;
  const main = (exifAt: number, gpsAt: number) =>
    directory(at, [
      ...[long(0x100, 8), long(0x101, 8), short(0x102, 8), short(0x103, 1), short(0x106, 1)],
      ...[text(0x10e, 'Secret words'), text(0x10f, secretMake), long(0x111, pixelsAt), short(0x115, 1), long(0x116, 8)],
      ...[long(0x117, 64), text(0x13b, 'Anna Secret'), text(0x2bc, '<x:xmpmeta>Secret</x:xmpmeta>')],
      ...[long(0x8769, exifAt), long(0x8825, gpsAt)],
    ]);
  const exifAt = at + main(0, 0).length;
  const exif = directory(exifAt, [text(0x927c, 'Secret note of the maker'), text(0xa431, secretSerial)]);
  const gpsAt = exifAt + exif.length;
  const metadata = Buffer.concat([main(exifAt, gpsAt), exif, directory(gpsAt, [text(1, 'N'), place])]);
  const head = Buffer.concat([Buffer.from(littleEndian ? 'II' : 'MM'), u16(42), u32(at)]);
  if (!isDirectoryFirst) return Buffer.concat([head, pixels, metadata]);
  return Buffer.concat([head, metadata, Buffer.alloc(pixelsAt - 8 - metadata.length), pixels]);
}

describe('a TIFF', () => {
  const words = [secretMake, secretSerial, 'GPSLatitude', 'Secret', Buffer.from([52, 0, 0, 0, 1, 0, 0, 0])];

  test.each([
    ['little-endian, directories first', true, true],
    ['little-endian, pixels first', true, false],
    ['big-endian, directories first', false, true],
    ['big-endian, pixels first', false, false],
  ])('loses maker, serial number and place, and keeps every pixel: %s', async (_, littleEndian, isDirectoryFirst) => {
    const file = buildTiff(littleEndian, isDirectoryFirst);
    expect((await sharp(file).metadata()).width).toBe(8);
    for (const chunkBytes of [file.length, 100]) {
      const stripped = await stripFile('image/tiff', file, chunkBytes);
      expect(stripped.length).toBe(file.length);
      for (const word of words) expect(stripped.includes(word)).toBe(false);
      expect((await sharp(stripped).raw().toBuffer()).equals(await sharp(file).raw().toBuffer())).toBe(true);
      expect((await stripFile('image/tiff', stripped)).equals(stripped)).toBe(true);
    }
  });

  test.each(['none', 'lzw', 'jpeg'] as const)('of any coding keeps every pixel and page: %s', async (compression) => {
    const picture = sharp(await makePhotoTiff({ width: 300, height: 200 })).keepMetadata();
    const file = await picture
      .tiff({ compression, tile: compression !== 'none', pyramid: compression === 'jpeg' })
      .toBuffer();
    const stripped = await stripFile('image/tiff', file, 1000);
    expect(stripped.includes(secretSerial)).toBe(false);
    expect((await sharp(stripped).metadata()).pages).toBe((await sharp(file).metadata()).pages);
    expect((await sharp(stripped).raw().toBuffer()).equals(await sharp(file).raw().toBuffer())).toBe(true);
  });

  test('that goes in a circle, is cut short or is none at all comes out', async () => {
    const circle = Buffer.alloc(26);
    circle.write('II*\0', 0, 'latin1');
    circle.writeUInt32LE(8, 4);
    circle.writeUInt16LE(1, 8);
    circle.writeUInt16LE(0x100, 10);
    circle.writeUInt32LE(8, 22);
    const whole = await makePhotoTiff({ width: 60, height: 40 });
    for (const file of [
      circle,
      whole.subarray(0, 500),
      Buffer.from('II*\0'),
      Buffer.from('MM\0+ and more'),
      Buffer.alloc(0),
    ]) {
      expect((await stripFile('image/tiff', file)).length).toBe(file.length);
    }
  });
});
