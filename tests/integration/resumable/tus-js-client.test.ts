import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpResponse, Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisePng } from '../../support/scene.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { TUS_PATH } from '../../support/tus-client.ts';

let database: TestDatabase;
let dataDir: string;
let server: TestServer;
let cookie: string;

beforeAll(async () => {
  database = await startTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'attache-tus-'));
  server = await startTestServer({ database, dataDir });
  cookie = (await server.as('anna')).cookie ?? '';
});

afterAll(async () => {
  await server.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Running {
  upload: Upload;
  /** The answer to the last request. */
  finished: Promise<HttpResponse>;
}

function start(file: Buffer, options: Partial<UploadOptions> = {}): Running {
  const finished = Promise.withResolvers<HttpResponse>();
  finished.promise.catch(() => {});
  const upload = new Upload(file, {
    endpoint: `${server.url}${TUS_PATH}`,
    headers: { cookie, origin: server.url },
    metadata: { filename: 'train.png', filetype: 'image/png' },
    retryDelays: [100, 300, 1000, 2000, 4000, 8000],
    onSuccess: ({ lastResponse }) => finished.resolve(lastResponse),
    onError: (error) => finished.reject(error),
    ...options,
  });
  upload.start();
  return { upload, finished: finished.promise };
}

async function downloaded(answer: HttpResponse): Promise<Buffer> {
  const { attachment } = JSON.parse(answer.getBody());
  expect(attachment.id).toBe(answer.getHeader('Attachment-Id'));
  const anna = await server.as('anna');
  return Buffer.from(await (await anna.fetch(attachment.url, { headers: { cookie } })).arrayBuffer());
}

describe("tus-js-client's own behaviour", () => {
  test('a file goes in one piece or in many', async () => {
    const file = noisePng(3_000_000);
    for (const chunkSize of [Number.POSITIVE_INFINITY, 700_000]) {
      expect((await downloaded(await start(file, { chunkSize }).finished)).equals(file)).toBe(true);
    }
  });

  test('a file whose bytes come along with its creation, empty or not', async () => {
    const file = noisePng(200_000);
    const answer = await start(file, { uploadDataDuringCreation: true }).finished;
    expect((await downloaded(answer)).equals(file)).toBe(true);
    expect(JSON.parse((await start(Buffer.alloc(0)).finished).getBody()).attachment.sizeBytes).toBe(0);
  });

  test('an upload that was paused goes on by its address, as after the tab was closed', async () => {
    const file = noisePng(2_000_000);
    const paused = Promise.withResolvers<void>();
    const first = start(file, {
      chunkSize: 500_000,
      onChunkComplete: (_size, accepted) => {
        if (accepted >= 1_000_000) void first.upload.abort().then(() => paused.resolve());
      },
    });
    await paused.promise;
    const uploadUrl = first.upload.url;
    expect(uploadUrl).toMatch(/\/resumable\/[0-9a-f]{32}$/);
    const offsets: number[] = [];
    const onProgress = (sent: number) => void offsets.push(sent);
    const answer = await start(file, { uploadUrl, onProgress }).finished;
    expect((await downloaded(answer)).equals(file)).toBe(true);
    expect(offsets[0]).toBeGreaterThanOrEqual(1_000_000);
  });

  test('an upload outlives the server: it goes on with the next one', async () => {
    const file = noisePng(6_000_000);
    const { port } = server;
    const half = Promise.withResolvers<void>();
    const addresses = new Set<string>();
    const { upload, finished } = start(file, {
      chunkSize: 1_000_000,
      onUploadUrlAvailable: () => void addresses.add(upload.url ?? ''),
      onChunkComplete: (_size, accepted) => {
        if (accepted >= 2_000_000) half.resolve();
      },
    });
    await half.promise;
    await server.close();
    server = await startTestServer({ database, dataDir, env: { PORT: String(port) } });
    const answer = await finished;
    expect(addresses.size).toBe(1);
    expect((await downloaded(answer)).equals(file)).toBe(true);
  });

  test('an upload that is ended by its sender is gone', async () => {
    const stopped = Promise.withResolvers<void>();
    const running = start(noisePng(2_000_000), {
      chunkSize: 500_000,
      onChunkComplete: () => void running.upload.abort(true).then(() => stopped.resolve(), stopped.reject),
    });
    await stopped.promise;
    const anna = await server.as('anna');
    const head = await anna.fetch(running.upload.url ?? `${TUS_PATH}/x`, { method: 'HEAD', headers: { cookie } });
    expect(head.status).toBe(412);
    const headers = { cookie, 'tus-resumable': '1.0.0' };
    expect((await anna.fetch(running.upload.url ?? `${TUS_PATH}/x`, { method: 'HEAD', headers })).status).toBe(404);
  });

  test('a file over the limit is refused before its bytes are sent', async () => {
    const { finished } = start(Buffer.alloc(10), { uploadSize: 200_000_000 });
    await expect(finished).rejects.toThrow('413');
  });
});
