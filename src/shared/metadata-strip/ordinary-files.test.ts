import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { hasFfmpeg, makePhotoJpeg, makePhotoPng, makeVideo } from '#tests/fixtures/media/make-media.ts';
import { createMetadataStripper } from './create-metadata-stripper.ts';

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const ffmpeg = await hasFfmpeg();
const small = { width: 120, height: 80, exif: false };

async function strip(mimeType: string, file: Buffer, chunkBytes = file.length): Promise<Buffer> {
  const stripper = createMetadataStripper(mimeType);
  if (!stripper) throw new Error(`nothing strips ${mimeType}`);
  const chunks: Buffer[] = [];
  for (let at = 0; at < file.length; at += chunkBytes) chunks.push(file.subarray(at, at + chunkBytes));
  return buffer(Readable.from(chunks).pipe(stripper));
}

async function expectUntouched(mimeType: string, file: Buffer): Promise<void> {
  for (const chunkBytes of [file.length, 1000]) {
    expect((await strip(mimeType, file, chunkBytes)).equals(file)).toBe(true);
  }
}

async function encode(name: string, args: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'ordinary-'));
  try {
    await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args, join(folder, name)]);
    return await readFile(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.runIf(ffmpeg)('what ffmpeg wrote, with its own name in it, is stored byte for byte', () => {
  const film = ['-f', 'lavfi', '-i', 'testsrc=d=1:s=160x120', '-f', 'lavfi', '-i', 'sine=d=1'];
  test.each([
    ['a.mp4', 'video/mp4', film],
    ['titled.mp4', 'video/mp4', [...film, '-metadata', 'title=Unboxing', '-movflags', '+faststart']],
    ['fragmented.mp4', 'video/mp4', [...film, '-movflags', 'frag_keyframe+empty_moov']],
    ['a.mov', 'video/quicktime', film],
    ['a.m4a', 'audio/mp4', film.slice(4)],
    ['a.jpg', 'image/jpeg', [...film.slice(0, 4), '-frames:v', '1']],
    ['a.png', 'image/png', [...film.slice(0, 4), '-frames:v', '1']],
  ])('%s', async (name, mimeType, args) => {
    const file = await encode(name, args);
    expect(file.includes('Lav')).toBe(!name.endsWith('.png'));
    await expectUntouched(mimeType, file);
  });

  test('a recording as the demo has it', async () => {
    await expectUntouched('video/mp4', await makeVideo({ seconds: 1 }));
  });

  test('a comment beside the name of the encoder takes all of them away', async () => {
    const file = await encode('a.mp4', [...film, '-metadata', 'comment=in our garden']);
    const stored = await strip('video/mp4', file);
    expect(stored.length).toBe(file.length);
    expect(stored.includes('garden')).toBe(false);
  });
});

describe('pictures as libraries write them are stored byte for byte', () => {
  const red = () => sharp({ create: { width: 90, height: 60, channels: 3, background: 'red' } });
  test.each(['jpeg', 'png', 'webp'] as const)('%s with a colour profile and a resolution', async (format) => {
    const file = await red().withMetadata({ density: 144 }).withIccProfile('p3').toFormat(format).toBuffer();
    await expectUntouched(`image/${format}`, file);
  });

  test('avif with a colour profile', async () => {
    await expectUntouched('image/avif', await red().withIccProfile('p3').avif({ effort: 0 }).toBuffer());
  });
});

describe('PNG', () => {
  let png: Buffer;
  beforeAll(async () => {
    png = await makePhotoPng(small);
  });

  function withChunk(type: string, body: string): Buffer {
    const typed = Buffer.from(type + body, 'latin1');
    const chunk = Buffer.alloc(typed.length + 8);
    chunk.writeUInt32BE(body.length, 0);
    typed.copy(chunk, 4);
    chunk.writeUInt32BE(crc32(typed), typed.length + 4);
    // Behind the header, which is 33 bytes long.
    return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
  }

  test.each([
    ['the program that wrote it', 'tEXt', 'Software\0gnome-screenshot'],
    ["ImageMagick's dates", 'tEXt', 'date:create\x002026-05-14T00:00:00+00:00'],
    ['the time of its last change', 'tIME', '\x07\xea\x05\x0e\x11\x18\x00'],
  ])('keeps %s', async (_, type, body) => {
    await expectUntouched('image/png', withChunk(type, body));
  });

  test.each([
    ['a comment', 'tEXt', 'Comment\0at home'],
    ['a text as long as a letter', 'tEXt', `Software\0${'x'.repeat(5000)}`],
    ['a maker of its own', 'tEXt', 'Softwares\0x'],
  ])('loses %s', async (_, type, body) => {
    expect((await strip('image/png', withChunk(type, body))).equals(png)).toBe(true);
  });

  test('keeps padding behind its end, and loses the rest of a picture that was cropped', async () => {
    await expectUntouched('image/png', Buffer.concat([png, Buffer.alloc(300_000, 'padding')]));
    const cropped = Buffer.concat([png, Buffer.alloc(5000, 7), png.subarray(-4000)]);
    expect((await strip('image/png', cropped)).equals(png)).toBe(true);
    const commented = withChunk('tEXt', 'Comment\0at home');
    expect((await strip('image/png', Buffer.concat([commented, Buffer.from('trailer')]))).equals(png)).toBe(true);
  });
});

describe('JPEG', () => {
  test('keeps padding behind its end, and loses a further image', async () => {
    const jpeg = await makePhotoJpeg(small);
    await expectUntouched('image/jpeg', Buffer.concat([jpeg, Buffer.alloc(300_000, 'padding')]));
    expect((await strip('image/jpeg', Buffer.concat([jpeg, jpeg]))).equals(jpeg)).toBe(true);
  });

  test('with metadata loses what stands behind its end too', async () => {
    const photo = await makePhotoJpeg({ ...small, exif: true });
    const stored = await strip('image/jpeg', Buffer.concat([photo, Buffer.from("a maker's trailer")]));
    expect(stored.equals(await strip('image/jpeg', photo))).toBe(true);
  });
});
