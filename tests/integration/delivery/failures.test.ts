import { appendFile, rename, rm, symlink, truncate } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { eventually, noisePng, openDescriptors, readMetric, sendFile, stableHeaders } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '100000' } });
afterEach(() => vi.restoreAllMocks());

const SMALL = 5_000;
/** More than what is kept in memory: streamed. */
const LARGE = 3_000_000;

async function sentFile(sizeBytes: number) {
  const anna = await server.as('anna');
  const sent = await sendFile(anna, { bytes: noisePng(sizeBytes), name: 'photo.png' });
  const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: sent.id } });
  return { anna, path: sent.path, file: join(server.storageDir, row.storagePath) };
}

const storage = () => server.running.composition.storages.current;
const openDownloads = (client: TestClient) => readMetric(client, 'support_chat_attachment_downloads_open');

/** How an answer ended that could not be whole. */
async function brokenOff(client: TestClient, path: string, headers = {}): Promise<{ status: number; bytes: number }> {
  try {
    const answer = await client.raw({ path, headers });
    expect(answer.complete).toBe(false);
    return { status: answer.status, bytes: answer.body.length };
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    return { status: 0, bytes: 0 };
  }
}

describe('an object that', () => {
  it.each([SMALL, LARGE])('is missing (%i bytes) gets 404 and is counted in a metric', async (sizeBytes) => {
    const { anna, path, file } = await sentFile(sizeBytes);
    const sample = 'support_chat_attachment_missing_objects_total';
    const before = await readMetric(anna, sample);
    await rm(file);
    const answer = await anna.raw({ path });
    expect([answer.status, answer.headers['cache-control']]).toEqual([404, 'no-store']);
    expect((await anna.raw({ path, headers: { range: 'bytes=1-2' } })).status).toBe(404);
    // What the row alone can answer, it still answers.
    expect((await anna.raw({ path, method: 'HEAD' })).status).toBe(200);
    expect((await anna.raw({ path, headers: { 'if-none-match': '*' } })).status).toBe(304);
    expect(await readMetric(anna, sample)).toBe(before + 2);
  });

  it.each(['../../auth-secret', '/etc/passwd', '', 'a\u0001'])(
    'no storage can hold (%j) is missing too',
    async (path) => {
      const sent = await sentFile(SMALL);
      await server.database.prisma.chatAttachment.updateMany({
        where: { id: sent.path.split('/').at(-1) ?? '' },
        data: { storagePath: path },
      });
      expect((await sent.anna.raw({ path: sent.path })).status).toBe(404);
    },
  );

  it('a row places in a storage without settings is in one that is down', async () => {
    const { anna, path } = await sentFile(SMALL);
    await server.database.prisma.chatAttachment.updateMany({
      where: { id: path.split('/').at(-1) ?? '' },
      data: { storageDriver: 's3' },
    });
    const answer = await anna.raw({ path });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  it.each([SMALL, LARGE])('is longer than its row (%i bytes) destroys the connection', async (sizeBytes) => {
    const { anna, path, file } = await sentFile(sizeBytes);
    await appendFile(file, 'more');
    const { bytes } = await brokenOff(anna, path);
    expect(bytes).toBeLessThan(sizeBytes);
    expect(await openDownloads(anna)).toBe(0);
  });

  it.each([SMALL, LARGE])('is shorter than its row (%i bytes) destroys the connection', async (sizeBytes) => {
    const { anna, path, file } = await sentFile(sizeBytes);
    await truncate(file, sizeBytes - 1);
    const { bytes } = await brokenOff(anna, path);
    expect(bytes).toBeLessThan(sizeBytes);
    // A part that is not there is known before any header.
    const answer = await anna.raw({ path, headers: { range: 'bytes=-10' } });
    expect(answer.status).toBe(503);
  });

  it('is far longer than its row is not read into memory', async () => {
    const { anna, path, file } = await sentFile(SMALL);
    await truncate(file, 2 ** 31);
    let readBytes = 0;
    const open = storage().open.bind(storage());
    vi.spyOn(storage(), 'open').mockImplementation(async (...args) => {
      const source = await open(...args);
      const count = (chunk: Buffer) => {
        readBytes += chunk.length;
      };
      const push = source.push.bind(source);
      source.push = (chunk, encoding) => {
        if (chunk !== null) count(chunk);
        return push(chunk, encoding);
      };
      return source;
    });
    expect((await brokenOff(anna, path)).bytes).toBe(0);
    expect(readBytes).toBeLessThan(2_000_000);
  });
});

describe('a storage that', () => {
  it('is unreachable gets 503 with Retry-After before any other header, and recovers by itself', async () => {
    const { anna, path } = await sentFile(LARGE);
    const small = await sentFile(SMALL);
    const moved = `${server.storageDir}-moved`;
    await rename(server.storageDir, moved);
    try {
      await symlink(server.storageDir, server.storageDir);
      for (const address of [path, small.path]) {
        const answer = await anna.raw({ path: address });
        expect(answer.status).toBe(503);
        expect(JSON.parse(answer.body.toString()).error.code).toBe('STORAGE_UNAVAILABLE');
        expect(stableHeaders(answer)).toEqual({
          'content-type': 'application/json; charset=utf-8',
          'content-length': String(answer.body.length),
          'cache-control': 'no-store',
          'retry-after': '5',
          vary: 'Cookie',
          'x-content-type-options': 'nosniff',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
        });
      }
      const ready = await anna.fetch('/api/ready');
      expect([ready.status, await ready.json()]).toMatchObject([503, { failing: ['storage'] }]);
      expect((await anna.fetch('/api/health')).status).toBe(200);
      expect((await anna.raw({ path, headers: { 'if-none-match': '*' } })).status).toBe(304);
      expect(await anna.mutate('supportChat.createDialog', { initialMessage: 'text still works' })).toBeTruthy();
    } finally {
      await rm(server.storageDir);
      await rename(moved, server.storageDir);
    }
    expect((await anna.raw({ path })).body.length).toBe(LARGE);
    expect((await anna.fetch('/api/ready')).status).toBe(200);
    expect(await openDownloads(anna)).toBe(0);
  });

  it('sends Retry-After has it passed on', async () => {
    const { anna, path } = await sentFile(SMALL);
    vi.spyOn(storage(), 'open').mockRejectedValue(new StorageUnavailableError('away', { retryAfterSeconds: 17 }));
    const answer = await anna.raw({ path });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '17']);
  });

  it.each([SMALL, LARGE])('fails midway (%i bytes) never gives an answer that looks whole', async (sizeBytes) => {
    const { anna, path } = await sentFile(sizeBytes);
    vi.spyOn(storage(), 'open').mockImplementation(async () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(1000);
          throw new StorageUnavailableError('gone');
        })(),
      ),
    );
    // A small file is read before the headers, so its reader can still be told.
    if (sizeBytes === SMALL) expect((await anna.raw({ path })).status).toBe(503);
    else expect((await brokenOff(anna, path)).bytes).toBeLessThan(sizeBytes);
    expect(await openDownloads(anna)).toBe(0);
  });
});

describe('a client who leaves', () => {
  it.each([SMALL, LARGE])('while the storage hangs (%i bytes) frees the slot and ends the read', async (sizeBytes) => {
    const { anna, path } = await sentFile(sizeBytes);
    const signals: AbortSignal[] = [];
    vi.spyOn(storage(), 'open').mockImplementation(async (_, options) => {
      if (options?.signal) signals.push(options.signal);
      return new Readable({ read() {} });
    });
    const request = get(`${server.url}${path}`, { headers: { cookie: anna.cookie ?? '' }, agent: false });
    request.on('error', () => {});
    await eventually(() => signals.length === 1, 'the storage is asked');
    expect(await openDownloads(anna)).toBe(1);
    request.destroy();
    await eventually(async () => (await openDownloads(anna)) === 0, 'the slot is free');
    expect(signals[0]?.aborted).toBe(true);
  });

  it('three hundred times, at any moment, leaves no slot, descriptor or socket open', async () => {
    const { anna, path } = await sentFile(LARGE);
    const before = await readMetric(anna, 'support_chat_attachment_downloads_aborted_total');
    const leave = (index: number) =>
      new Promise<void>((resolve) => {
        const request = get(
          `${server.url}${path}`,
          { headers: { cookie: anna.cookie ?? '' }, agent: false },
          (response) => {
            response.on('error', () => {});
            if (index % 3 === 0) request.destroy();
            else response.once('data', () => request.destroy());
          },
        );
        request.on('error', () => {}).on('close', () => resolve());
        if (index % 3 === 1) setTimeout(() => request.destroy(), index % 7);
      });
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, i) => leave(round * 10 + i)));
    }
    await eventually(async () => (await openDownloads(anna)) === 0, 'every slot is free');
    await eventually(async () => (await openDescriptors(server.storageDir)) === 0, 'every descriptor is closed');
    expect(await readMetric(anna, 'support_chat_attachment_downloads_aborted_total')).toBeGreaterThan(before + 100);
    expect((await anna.raw({ path })).body.length).toBe(LARGE);
  });
});
