import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { AttachmentDto, MessagePageDto } from '#features/support-chat/_api/types.ts';
import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { makePixelBombPng } from '../../fixtures/media/hostile-media.ts';
import { hasFfmpeg, makePdf, makePhotoJpeg, makeVideo } from '../../fixtures/media/make-media.ts';
import { filesBelow, type SentFile, sendFile } from '../../support/scene.ts';
import type { TestClient } from '../../support/test-client.ts';
import { useServer } from '../../support/test-server.ts';
import { openEventStream } from '../chat/event-stream.ts';

const server = useServer({ env: { SUPPORT_CHAT_RENDITION_CONCURRENCY: '1' } });

async function fileAsRead(client: TestClient, { dialogId, id }: SentFile): Promise<AttachmentDto> {
  const page = await client.query<MessagePageDto>('supportChat.userGetMessages', { dialogId });
  const file = page.items.flatMap((message) => message.attachments).find((attachment) => attachment.id === id);
  if (!file) throw new Error('The file is in no message.');
  return file;
}

/** Rendering takes seconds on a busy machine. */
async function untilRendered(client: TestClient, sent: SentFile): Promise<AttachmentDto> {
  for (const deadline = Date.now() + 50_000; Date.now() < deadline; await new Promise((r) => setTimeout(r, 100))) {
    const file = await fileAsRead(client, sent);
    if (file.previewState !== 'pending') return file;
  }
  throw new Error('The rendition did not end.');
}

test('a photo is announced as pending, then its thumbnail, preview and colours come with an event', async () => {
  const anna = await server.as('anna');
  const sofia = await server.as('sofia');
  const stream = await openEventStream(`${server.url}/api/support-chat/events`, { cookie: sofia.cookie ?? '' });
  const bytes = await makePhotoJpeg({ orientation: 6 });
  const sent = await sendFile(anna, { bytes, name: 'phone.jpg' });
  const created = await stream.next('message.created');
  expect(created.data.message.attachments[0]).toMatchObject({ previewState: 'pending', thumbnailUrl: null });

  const file = await untilRendered(anna, sent);
  const updated = await stream.next('message.updated', ({ message }) => message.id === sent.messageId);
  stream.close();
  expect(updated.data.message.attachments[0]).toEqual(file);
  expect(file).toMatchObject({ previewState: 'ready', width: 1067, height: 1600 });
  expect(Buffer.from(file.thumbhash ?? '', 'base64').length).toBeGreaterThan(5);

  const thumbnail = await sofia.fetch(file.thumbnailUrl ?? '-');
  const { width, height, format, exif } = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata();
  expect({ width, height, format, exif }).toEqual({ width: 320, height: 480, format: 'webp', exif: undefined });
  expect((await sofia.fetch(file.previewUrl ?? '-')).status).toBe(200);
});

test('a rendition obeys the rules of its file: type, own ETag, 304, and 404 for a stranger', async () => {
  const anna = await server.as('anna');
  const sent = await sendFile(anna, { bytes: await makePhotoJpeg({ width: 800, height: 600 }), name: 'a.jpg' });
  const { thumbnailUrl } = await untilRendered(anna, sent);
  const path = thumbnailUrl ?? '-';
  const first = await anna.fetch(path);
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('content-type')).toBe('image/webp');
  expect(first.headers.get('content-disposition')).toContain('a.webp');
  expect(etag).not.toBe((await anna.fetch(sent.path)).headers.get('etag'));
  expect((await anna.fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await (await server.as('boris')).fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(404);
  expect((await server.anonymous().fetch(path)).status).toBe(401);
});

test('a page and a video bring their first sight, pages and duration', async () => {
  const anna = await server.as('anna');
  const page = await untilRendered(anna, await sendFile(anna, { bytes: makePdf(), name: 'invoice.pdf' }));
  expect(page).toMatchObject({ previewState: 'ready', kind: 'pdf' });
  expect(page.pageCount).toBeGreaterThan(0);
  expect(page.thumbnailUrl).not.toBeNull();
  if (!(await hasFfmpeg())) return;
  const video = await untilRendered(anna, await sendFile(anna, { bytes: await makeVideo(), name: 'clip.mp4' }));
  expect(video).toMatchObject({ previewState: 'ready', kind: 'video' });
  expect(video.durationSeconds).toBeGreaterThan(0);
  expect(video.thumbnailUrl).not.toBeNull();
});

test('a hostile picture costs its rendition alone: the original downloads and the server lives', async () => {
  const anna = await server.as('anna');
  const bomb = makePixelBombPng();
  const sent = await sendFile(anna, { bytes: bomb, name: 'bomb.png' });
  const file = await untilRendered(anna, sent);
  expect(file).toMatchObject({ previewState: 'failed', thumbnailUrl: null, previewUrl: null });
  expect(Buffer.from(await (await anna.fetch(sent.path)).arrayBuffer()).equals(bomb)).toBe(true);
  expect((await anna.fetch(`${sent.path}?variant=preview`)).status).toBe(404);
  expect(await server.database.prisma.renditionJob.count({ where: { attachmentId: sent.id } })).toBe(0);
});

test('a text has no rendition and waits for none', async () => {
  const anna = await server.as('anna');
  const sent = await sendFile(anna, { bytes: 'only words', name: 'words.txt' });
  expect(await fileAsRead(anna, sent)).toMatchObject({ previewState: 'none', thumbnailUrl: null });
});

test('renditions go when their file goes', async () => {
  const anna = await server.as('anna');
  const before = (await filesBelow(server.storageDir)).length;
  const sent = await sendFile(anna, { bytes: await makePhotoJpeg({ width: 900, height: 600 }), name: 'b.jpg' });
  const { thumbnailUrl } = await untilRendered(anna, sent);
  expect((await filesBelow(server.storageDir)).length).toBe(before + 3);
  await anna.mutate('supportChat.deleteMessage', { messageId: sent.messageId });
  expect((await anna.fetch(thumbnailUrl ?? '-')).status).toBe(404);
  const { storages, log } = server.running.composition;
  const lock = { lockNamespace: 'test', lockTtlSeconds: 60 };
  const cleanup = new CleanupAttachments(server.database.pool, storages, lock, log);
  await cleanup.run({ olderThanMinutes: 1440, batchSize: 100, dryRun: false });
  expect((await filesBelow(server.storageDir)).length).toBe(before);
});
