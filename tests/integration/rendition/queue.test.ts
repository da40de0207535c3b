import { beforeEach, describe, expect, test } from 'vitest';
import type { ClaimedRenditionJob } from '#entities/support-chat/_domain/rendition.ts';
import type { RenditionRepository } from '#entities/support-chat/_repositories/rendition-repository.ts';
import { RenderAttachment } from '#features/support-chat/_services/renditions/render-attachment.ts';
import { RenditionWorker } from '#features/support-chat/_services/renditions/rendition-worker.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { makePhotoJpeg } from '../../fixtures/media/make-media.ts';
import { eventually, filesBelow, type SentFile, sendFile } from '../../support/scene.ts';
import { useServer } from '../../support/test-server.ts';

// Nobody works on the queue of this server: each test does it itself.
const server = useServer();
const never = new AbortController().signal;

function queue(): RenditionRepository {
  return server.running.composition.chat.entities.renditions;
}

function renderer(worker: string, change: Partial<FileStorage> = {}): RenderAttachment {
  const { chat, storages, log } = server.running.composition;
  const storage = new Proxy(storages.current, {
    get: (target, name) => {
      const value = Reflect.get(change, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const registry = new StorageRegistry(storage, () => Promise.reject(new TypeError('one driver only')));
  return new RenderAttachment({ store: chat.entities.store, queue: queue(), storages: registry, log, worker });
}

async function queuedPhoto(): Promise<SentFile> {
  const bytes = await makePhotoJpeg({ width: 60, height: 40 });
  const sent = await sendFile(await server.as('anna'), { bytes, name: 'photo.jpg' });
  await server.database.prisma.chatAttachment.update({ where: { id: sent.id }, data: { previewState: 'pending' } });
  await server.database.prisma.renditionJob.create({ data: { attachmentId: sent.id } });
  return sent;
}

async function claim(worker: string): Promise<ClaimedRenditionJob> {
  const job = await queue().claim(worker, 60);
  if (job === null) throw new Error('There is no job.');
  return job;
}

const rowOf = (id: string) =>
  server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id }, include: { renditions: true } });

const jobOf = (attachmentId: string) => server.database.prisma.renditionJob.findUnique({ where: { attachmentId } });

beforeEach(async () => {
  await server.database.prisma.renditionJob.deleteMany();
});

test('with renditions turned off a file is sent without waiting for one', async () => {
  const sent = await sendFile(await server.as('anna'), { bytes: await makePhotoJpeg({ width: 60, height: 40 }) });
  expect([(await rowOf(sent.id)).previewState, await jobOf(sent.id)]).toEqual(['none', null]);
});

test('workers that claim at once get different jobs, and none gets a job that is held', async () => {
  for (let i = 0; i < 3; i++) await queuedPhoto();
  const claims = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => queue().claim(worker, 60)));
  const ids = claims.flatMap((job) => (job ? [job.attachmentId] : []));
  expect([ids.length, new Set(ids).size]).toEqual([3, 3]);
  expect(await queue().claim('e', 60)).toBeNull();
});

test('a job whose worker died is taken over, and what the dead one brings late is thrown away', async () => {
  const sent = await queuedPhoto();
  const late = await queue().claim('dead', 0);
  const job = await claim('alive');
  expect([late?.attachmentId, job.attachmentId, job.attempts]).toEqual([sent.id, sent.id, 2]);
  const before = (await filesBelow(server.storageDir)).length;
  if (late) await renderer('dead').run(late, never);
  expect((await filesBelow(server.storageDir)).length).toBe(before);
  expect((await rowOf(sent.id)).previewState).toBe('pending');
  await renderer('alive').run(job, never);
  expect(await rowOf(sent.id)).toMatchObject({ previewState: 'ready', renditions: [{}, {}] });
  expect(await jobOf(sent.id)).toBeNull();
});

describe('a file that is deleted', () => {
  test('before its job is begun costs nothing', async () => {
    const sent = await queuedPhoto();
    await (await server.as('anna')).mutate('supportChat.deleteMessage', { messageId: sent.messageId });
    await renderer('a').run(await claim('a'), never);
    expect([await jobOf(sent.id), (await rowOf(sent.id)).renditions]).toEqual([null, []]);
  });

  test('while its renditions are stored leaves none of them', async () => {
    const sent = await queuedPhoto();
    const anna = await server.as('anna');
    const before = (await filesBelow(server.storageDir)).length;
    const { current } = server.running.composition.storages;
    const put: FileStorage['put'] = async (...given) => {
      const result = await current.put(...given);
      await anna.mutate('supportChat.deleteMessage', { messageId: sent.messageId });
      return result;
    };
    await renderer('a', { put }).run(await claim('a'), never);
    expect((await filesBelow(server.storageDir)).length).toBe(before);
    expect(await rowOf(sent.id)).toMatchObject({ status: 'DELETING', renditions: [] });
  });
});

test('renditions that are made again take the place of the old ones, objects too', async () => {
  const sent = await queuedPhoto();
  await renderer('a').run(await claim('a'), never);
  const before = (await filesBelow(server.storageDir)).length;
  const [old] = (await rowOf(sent.id)).renditions;
  await server.database.prisma.renditionJob.create({ data: { attachmentId: sent.id } });
  await renderer('a').run(await claim('a'), never);
  const { renditions } = await rowOf(sent.id);
  expect((await filesBelow(server.storageDir)).length).toBe(before);
  expect(renditions.map(({ storagePath }) => storagePath)).not.toContain(old?.storagePath);
});

describe('a storage', () => {
  const failing = (error: Error): Partial<FileStorage> => ({ open: () => Promise.reject(error) });

  test('that is away puts the job off, longer each time, and in the end there is no preview', async () => {
    const sent = await queuedPhoto();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      await server.database.prisma.renditionJob.updateMany({ data: { runAfter: new Date(0) } });
      await renderer('a', failing(new StorageUnavailableError('down'))).run(await claim('a'), never);
      const job = await jobOf(sent.id);
      if (job) pauses.push(Math.round((job.runAfter.getTime() - Date.now()) / 10_000) * 10);
    }
    expect(pauses).toEqual([10, 60, 300, 1800]);
    expect([await jobOf(sent.id), (await rowOf(sent.id)).previewState]).toEqual([null, 'failed']);
  });

  test('that has lost the file ends the job at once', async () => {
    const sent = await queuedPhoto();
    await renderer('a', failing(new StorageObjectMissingError('gone'))).run(await claim('a'), never);
    expect([await jobOf(sent.id), (await rowOf(sent.id)).previewState]).toEqual([null, 'failed']);
  });
});

describe('a worker', () => {
  const workerOf = (name: string, change: Partial<FileStorage> = {}) =>
    new RenditionWorker({
      queue: queue(),
      render: renderer(name, change),
      log: server.running.composition.log,
      worker: name,
      concurrency: 1,
      pollMs: 60_000,
    });

  test('sleeps until it is woken, and then works the queue off', async () => {
    const worker = workerOf('a');
    worker.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const sent = [await queuedPhoto(), await queuedPhoto()];
    worker.wake();
    for (const { id } of sent) await expect.poll(() => jobOf(id), { timeout: 30_000 }).toBeNull();
    await worker.stop();
  });

  test('that is stopped gives its job back at once, not counted as an attempt', async () => {
    const sent = await queuedPhoto();
    const opened = Promise.withResolvers<void>();
    const open: FileStorage['open'] = (_path, options) =>
      new Promise((_, reject) => {
        opened.resolve();
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
      });
    const worker = workerOf('a', { open });
    worker.start();
    await opened.promise;
    await worker.stop();
    expect(await jobOf(sent.id)).toMatchObject({ attempts: 0, lockedBy: null, lockedUntil: null });
    await eventually(async () => (await queue().claim('b', 60)) !== null, 'another worker takes it');
  });
});
