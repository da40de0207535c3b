import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { OpenBytes } from './body-bytes.ts';
import { decideFile, type FileDescription } from './file-decision.ts';
import { NOT_FOUND_RESPONSE } from './http-response.ts';
import { deliveryHeaders, fileResponse, toWebResponse } from './send-web.ts';

const BYTES = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * 7) % 251));
const FILE: FileDescription = {
  id: 'a1',
  sizeBytes: BYTES.length,
  mimeType: 'image/png',
  etag: 'cd'.repeat(32),
  lastModified: new Date('2026-01-02T03:04:05Z'),
  fileName: 'photo.png',
};

function memory() {
  const opened: Readable[] = [];
  const open: OpenBytes = async (range) => {
    const bytes = BYTES.subarray(range?.start ?? 0, (range?.end ?? BYTES.length - 1) + 1);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 9_973) }, (_, i) =>
      bytes.subarray(i * 9_973, (i + 1) * 9_973),
    );
    const source = Readable.from(chunks, { objectMode: false });
    opened.push(source);
    return source;
  };
  return { open, opened };
}

const decide = (request: Request, file: Partial<FileDescription> = {}) =>
  decideFile({ method: request.method, headers: deliveryHeaders(request.headers), file: { ...FILE, ...file } });

const ask = (headers: Record<string, string> = {}, method = 'GET') =>
  new Request('http://127.0.0.1/file', { headers, method });

describe('a web response', () => {
  test('carries the whole file or its range, with the headers of the decision', async () => {
    const { open } = memory();
    const whole = await fileResponse(decide(ask()), open, new AbortController().signal);
    expect(whole.status).toBe(200);
    expect(whole.headers.get('content-length')).toBe(String(BYTES.length));
    expect(Buffer.from(await whole.arrayBuffer()).equals(BYTES)).toBe(true);
    const part = await fileResponse(decide(ask({ Range: 'bytes=7-99' })), open, new AbortController().signal);
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(BYTES.subarray(7, 100))).toBe(true);
  });

  test('opens nothing for HEAD, 304 and 416', async () => {
    const { open, opened } = memory();
    const requests = [ask({}, 'HEAD'), ask({ 'If-None-Match': '*' }), ask({ Range: 'bytes=500000-' })];
    const responses = await Promise.all(
      requests.map((request) => fileResponse(decide(request), open, new AbortController().signal)),
    );
    expect(responses.map(({ status, body }) => [status, body])).toEqual([
      [200, null],
      [304, null],
      [416, null],
    ]);
    expect(opened).toEqual([]);
  });

  test('rejects before there is an answer when the storage is down', async () => {
    const open = () => Promise.reject(new Error('storage is down'));
    await expect(fileResponse(decide(ask()), open, new AbortController().signal)).rejects.toThrow('storage is down');
  });

  test('fails when the bytes are fewer or more than promised', async () => {
    const { open } = memory();
    for (const sizeBytes of [BYTES.length + 1, BYTES.length - 1]) {
      const response = await fileResponse(decide(ask(), { sizeBytes }), open, new AbortController().signal);
      await expect(response.arrayBuffer()).rejects.toThrow();
    }
  });

  test('reads no further than its consumer', async () => {
    const { open, opened } = memory();
    const response = await fileResponse(decide(ask()), open, new AbortController().signal);
    const reader = response.body?.getReader();
    await reader?.read();
    await sleep(20);
    expect(opened[0]?.readableEnded).toBe(false);
    await reader?.cancel();
  });

  test('that is cancelled, read or unread, closes the storage two hundred times without an unhandled error', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled);
    const { open, opened } = memory();
    for (let round = 0; round < 200; round += 1) {
      const client = new AbortController();
      const response = await fileResponse(decide(ask()), open, client.signal);
      const reader = response.body?.getReader();
      if (round % 4 < 2) await reader?.read();
      if (round % 2 === 0) client.abort();
      else await reader?.cancel();
      if (round % 2 === 0) await expect(reader?.read()).rejects.toThrow();
    }
    await sleep(20);
    expect(opened.length).toBe(200);
    expect(opened.every((source) => source.destroyed)).toBe(true);
    expect(unhandled).toEqual([]);
    process.off('unhandledRejection', onUnhandled).off('uncaughtException', onUnhandled);
  });

  test('of an answer in memory is that answer', async () => {
    const response = toWebResponse(NOT_FOUND_RESPONSE);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe(NOT_FOUND_RESPONSE.body);
  });
});
