import { beforeEach, expect, test } from 'vitest';
import type { ClaimedRenditionJob } from '#entities/support-chat/_domain/rendition.ts';
import { RenditionWorker } from '#features/support-chat/_services/renditions/rendition-worker.ts';
import { acquireLease } from '#shared/lease/lease.ts';
import { renderableTypes } from '#shared/rendition/rendition-kind.ts';
import { makePhotoJpeg } from '../../fixtures/media/make-media.ts';
import { eventually, readMetric, type SentFile, sendFile } from '../../support/scene.ts';
import { startTestServer, useServer } from '../../support/test-server.ts';

// Its own worker is off: what is sent stays as the backfill leaves it.
const server = useServer();

const queue = () => server.running.composition.chat.entities.renditions;
const rowOf = (id: string) => server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id } });
const claim = () => queue().claimBacklog('me', 60, renderableTypes);

/** As the backfill makes it: linked, and nobody was asked for a preview. */
async function untriedPhoto(): Promise<SentFile> {
  return sendFile(await server.as('anna'), { bytes: await makePhotoJpeg({ width: 60, height: 40 }), name: 'old.jpg' });
}

/** Works through the queue and tells which files it took, in their order. */
function startWorker(isOpen: () => Promise<boolean> = async () => true): {
  taken: string[];
  stop: () => Promise<void>;
} {
  const taken: string[] = [];
  const run = async ({ attachmentId }: ClaimedRenditionJob) => {
    taken.push(attachmentId);
    await queue().finish(attachmentId, 'failed');
    return 'failed' as const;
  };
  const worker = new RenditionWorker({
    ...{ queue: queue(), render: { run }, worker: 'me', concurrency: 1, pollMs: 50 },
    log: server.running.composition.log,
    backlog: { mimeTypes: renderableTypes, isOpen },
  });
  worker.start();
  return { taken, stop: () => worker.stop() };
}

beforeEach(async () => {
  await server.database.prisma.renditionJob.deleteMany();
  await server.database.prisma.chatAttachment.updateMany({ data: { previewState: 'failed' } });
});

test('a file that nobody tried becomes a job of the worker that is idle, the newest first, each once', async () => {
  const [older, newer] = [await untriedPhoto(), await untriedPhoto()];
  expect((await claim()).job).toMatchObject({ attachmentId: newer.id, attempts: 1, status: 'LINKED' });
  expect((await rowOf(newer.id)).previewState).toBe('pending');
  expect((await claim()).job).toMatchObject({ attachmentId: older.id });
  expect(await claim()).toEqual({ job: null, settled: 0 });
});

test('a type that has no preview is marked and not looked at again', async () => {
  const text = await sendFile(await server.as('anna'), { bytes: 'only words', name: 'words.txt' });
  expect(await claim()).toEqual({ job: null, settled: 1 });
  expect((await rowOf(text.id)).previewState).toBe('unsupported');
  expect(await claim()).toEqual({ job: null, settled: 0 });
});

test('a video given up while ffmpeg was missing is tried again by a worker that has it', async () => {
  const anna = await server.as('anna');
  const [video, text] = [await untriedPhoto(), await sendFile(anna, { bytes: 'only words', name: 'words.txt' })];
  const ids = [video.id, text.id];
  await server.database.prisma.chatAttachment.updateMany({
    where: { id: { in: ids } },
    data: { previewState: 'unsupported' },
  });
  expect(await queue().reopen(renderableTypes)).toBe(1);
  expect((await claim()).job).toMatchObject({ attachmentId: video.id });
  expect((await rowOf(text.id)).previewState).toBe('unsupported');
});

test('what was sent just now goes before what the backfill brought', async () => {
  const old = await untriedPhoto();
  const sent = await untriedPhoto();
  await server.database.prisma.chatAttachment.update({ where: { id: sent.id }, data: { previewState: 'pending' } });
  await server.database.prisma.renditionJob.create({ data: { attachmentId: sent.id } });
  // The old file is the newer one by date, and still comes second.
  await server.database.prisma.chatAttachment.update({
    where: { id: old.id },
    data: { createdAt: new Date(Date.now() + 60_000) },
  });
  const { taken, stop } = startWorker();
  await eventually(() => taken.length === 2, 'both are worked on');
  await stop();
  expect(taken).toEqual([sent.id, old.id]);
});

test('while a backfill runs its files wait', async () => {
  const { id } = await untriedPhoto();
  const asked = Promise.withResolvers<void>();
  let isRunning = true;
  const { taken, stop } = startWorker(async () => {
    asked.resolve();
    return !isRunning;
  });
  await asked.promise;
  expect((await rowOf(id)).previewState).toBe('none');
  isRunning = false;
  await eventually(() => taken.length === 1, 'the file is worked on');
  await stop();
});

test('a server makes previews of old files by itself once no backfill holds the lease, and counts them', async () => {
  const sent = await untriedPhoto();
  const { pool } = server.database;
  const lease = await acquireLease(pool, { namespace: 'support-chat', name: 'backfill', ttlSeconds: 300 });
  const working = await startTestServer({
    database: server.database,
    dataDir: server.dataDir,
    env: { SUPPORT_CHAT_RENDITION_CONCURRENCY: '1' },
  });
  try {
    const client = working.anonymous();
    expect((await rowOf(sent.id)).previewState).toBe('none');
    expect(await readMetric(client, 'support_chat_rendition_jobs_total{result="ready"}')).toBe(0);
    await lease?.release();
    // An event wakes the worker, as any message of the chat does.
    await sendFile(await server.as('anna'), { bytes: 'only words', name: 'words.txt' });
    await expect.poll(async () => (await rowOf(sent.id)).previewState, { timeout: 30_000 }).toBe('ready');
    await expect.poll(() => readMetric(client, 'support_chat_rendition_jobs_total{result="ready"}')).toBe(1);
    expect(await readMetric(client, 'support_chat_rendition_duration_seconds_count')).toBe(1);
    expect(await readMetric(client, 'support_chat_rendition_queue_length')).toBe(0);
    expect((await rowOf(sent.id)).thumbhash).not.toBeNull();
  } finally {
    await working.close();
  }
});
