import { createHash, randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  hasFfmpeg,
  makePdf,
  makePhotoJpeg,
  makePhotoPng,
  makeScreenshotPng,
  makeVideo,
  makeWav,
} from '#tests/fixtures/media/make-media.ts';
import { secretMake, secretPlace, secretSerial } from '#tests/fixtures/media/secrets.ts';
import { useServer } from '#tests/support/test-server.ts';

const ffmpeg = await hasFfmpeg();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const server = useServer();

/** Uploads a file and reads it back. */
async function takeIn(bytes: Uint8Array, name: string, type = '') {
  const anna = await server.as('anna');
  const attachment = await anna.upload({ bytes, name, type });
  const read = await anna.raw({ path: attachment.url });
  expect(read.status).toBe(200);
  expect(read.headers.etag).toBe(`"${sha256(read.body)}"`);
  expect(attachment.sizeBytes).toBe(read.body.length);
  return { attachment, stored: read.body, headers: read.headers };
}

describe('a file without place or camera', () => {
  const files: [string, () => Promise<Uint8Array> | Uint8Array][] = [
    ['note.txt', () => Buffer.from('Привет, мир!\n')],
    ['photo.jpg', () => makePhotoJpeg({ width: 400, height: 300, exif: false })],
    ['photo.png', () => makePhotoPng({ width: 400, height: 300, exif: false })],
    ['screenshot.png', () => makeScreenshotPng()],
    [
      'photo.webp',
      () =>
        sharp(randomBytes(300), { raw: { width: 10, height: 10, channels: 3 } })
          .webp()
          .toBuffer(),
    ],
    ['invoice.pdf', () => makePdf()],
    ['voice.wav', () => makeWav(1)],
    ['padded.png', async () => Buffer.concat([await makeScreenshotPng(), randomBytes(1_000_000)])],
    ...(ffmpeg
      ? ([
          ['video.mp4', () => makeVideo({ seconds: 1 })],
          ['video.webm', () => makeVideo({ seconds: 1, container: 'webm' })],
        ] as [string, () => Promise<Uint8Array>][])
      : []),
  ];

  it.each(files)('%s comes back byte for byte', async (name, make) => {
    const bytes = await make();
    const { stored } = await takeIn(bytes, name);
    expect(sha256(stored)).toBe(sha256(bytes));
  });

  it('of 20 MiB comes back to the last byte', async () => {
    const bytes = Buffer.concat([await makeScreenshotPng(), randomBytes(20 * 1024 * 1024)]);
    const { stored, attachment } = await takeIn(bytes, 'large.png');
    expect([attachment.sizeBytes, sha256(stored)]).toEqual([bytes.length, sha256(bytes)]);
  });
});

describe('a photo with place and camera', () => {
  it('is stored without them, and hash and size are of what is stored', async () => {
    const bytes = await makePhotoJpeg({ width: 400, height: 300, orientation: 6 });
    const { stored, attachment } = await takeIn(bytes, 'photo.jpg');
    for (const secret of [secretMake, secretSerial, 'GPS']) expect(stored.includes(secret)).toBe(false);
    expect(attachment).toMatchObject({ width: 300, height: 400, sizeBytes: stored.length });
    expect(stored.length).toBeLessThan(bytes.length);
    const pixels = (file: Buffer) => sharp(file).autoOrient().raw().toBuffer();
    expect((await pixels(stored)).equals(await pixels(bytes))).toBe(true);
  });

  it.runIf(ffmpeg)('and a video with a place too', async () => {
    const bytes = await makeVideo({ seconds: 1, location: secretPlace, container: 'mov' });
    const { stored } = await takeIn(bytes, 'video.mov');
    expect(bytes.includes(secretPlace.slice(0, 8))).toBe(true);
    expect(stored.includes(secretPlace.slice(0, 8))).toBe(false);
    expect(stored.length).toBe(bytes.length);
  });
});

describe('with SUPPORT_CHAT_ATTACHMENT_KEEP_METADATA=true', () => {
  const keeping = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_KEEP_METADATA: 'true' } });

  it('a photo is stored exactly as it was sent', async () => {
    const bytes = await makePhotoJpeg({ width: 400, height: 300 });
    const anna = await keeping.as('anna');
    const { url } = await anna.upload({ bytes, name: 'photo.jpg' });
    expect((await anna.raw({ path: url })).body.equals(bytes)).toBe(true);
  });
});

describe('the type of a file', () => {
  it.each([
    ['photo.jpg', 'application/x-msdownload', () => makeScreenshotPng(), 'image/png', 'photo.jpg', 'inline'],
    ['song.mp3', 'audio/mpeg', () => makeWav(1), 'audio/wav', 'song.mp3', 'inline'],
    ['table.csv', 'text/csv', () => Buffer.from('a;b\n1;2\n'), 'text/csv', 'table.csv', 'attachment'],
    ['page.txt', 'text/plain', () => makePdf(), 'application/pdf', 'page.txt', 'attachment'],
    ['picture.jpg', 'image/jpeg', () => Buffer.from('just words'), 'text/plain', 'picture.jpg.txt', 'attachment'],
  ])('%s, claimed %s, is settled by its bytes', async (name, claimed, make, mimeType, shown, disposition) => {
    const { attachment, headers } = await takeIn(await make(), name, claimed);
    expect([attachment.mimeType, attachment.name]).toEqual([mimeType, shown]);
    expect(headers['content-type']).toBe(mimeType.startsWith('text/') ? `${mimeType}; charset=utf-8` : mimeType);
    expect(headers['content-disposition']).toBe(`${disposition}; filename="${shown}"`);
  });

  it.each([
    ['a program', Buffer.from('4d5a90000300000004000000ffff0000', 'hex')],
    ['an ELF binary', Buffer.from('7f454c460201010000000000000000000200', 'hex')],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ])('%s under the name of a picture is a 415, and nothing is stored', async (_, bytes) => {
    const anna = await server.as('anna');
    const before = await server.database.prisma.chatAttachment.count();
    const answer = await anna.postUpload({ bytes, name: 'photo.png', type: 'image/png' });
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([415, 'ATTACHMENT_TYPE_NOT_ALLOWED']);
    expect(await server.database.prisma.chatAttachment.count()).toBe(before);
  });

  it.each([
    ['noise', Buffer.concat([Buffer.from([0, 1, 2, 255]), randomBytes(2000)]), 'application/octet-stream'],
    [
      'a RAR archive',
      Buffer.from('526172211a0701003392b5e50a010506000501018080', 'hex'),
      'application/x-rar-compressed',
    ],
  ])('%s is a file to download, named as it was', async (_, bytes, mimeType) => {
    const { attachment, headers } = await takeIn(bytes, 'data.bin', '');
    expect(attachment).toMatchObject({ mimeType, name: 'data.bin', kind: 'file' });
    expect(headers).toMatchObject({
      'content-type': mimeType,
      'content-disposition': 'attachment; filename="data.bin"',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('with settings of its own for types', () => {
  const narrow = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_ALLOWED_TYPES: 'png, text/plain' } });
  const strict = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_BLOCKED_TYPES: 'zip, video/*' } });

  it('a server takes in what it allows, by ending and by type, and nothing else', async () => {
    const anna = await narrow.as('anna');
    const statusOf = async (name: string, bytes: Buffer) => (await anna.postUpload({ name, bytes })).status;
    expect(await statusOf('a.png', await makeScreenshotPng())).toBe(201);
    expect(await statusOf('notes.log', Buffer.from('words'))).toBe(201);
    expect(await statusOf('a.png', await makePdf())).toBe(415);
    expect(await statusOf('a.pdf', await makePdf())).toBe(415);
  });

  it('a server refuses what it blocks and takes in the rest, programs too', async () => {
    const anna = await strict.as('anna');
    const statusOf = async (name: string, bytes: Buffer) => (await anna.postUpload({ name, bytes })).status;
    expect(await statusOf('a.bin', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'))).toBe(415);
    expect(await statusOf('a.zip', Buffer.from('words'))).toBe(415);
    expect(await statusOf('setup.exe', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'))).toBe(201);
  });
});
