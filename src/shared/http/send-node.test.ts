import { readdirSync } from 'node:fs';
import { open as openFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBytes } from './body-bytes.ts';
import type { DeliveryRequestHeaders } from './conditional.ts';
import { type DeliverableFile, decideFile, type FileDecision } from './file-decision.ts';
import { errorAnswer, NOT_FOUND_ANSWER } from './json-error.ts';
import { type FileSource, type SendResult, sendAnswer, sendFile } from './send-node.ts';

const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 8)) % 256));
const FILE: DeliverableFile = {
  id: 'a1',
  sizeBytes: BYTES.length,
  mimeType: 'application/zip',
  etag: 'ab'.repeat(32),
  lastModified: new Date('2026-01-02T03:04:05Z'),
  fileName: 'archive.zip',
};

/** Stands for a storage: chunks of a size that is no divisor of anything. */
const openMemory: OpenBytes = async (range) =>
  Readable.from(chunksOf(BYTES.subarray(range?.start ?? 0, (range?.end ?? BYTES.length - 1) + 1)), {
    objectMode: false,
  });

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 50_021) yield bytes.subarray(start, start + 50_021);
}

let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
const port = () => (server.address() as AddressInfo).port;

beforeAll(async () => {
  server = createServer((req, res) => void handle(req, res));
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Serves the file from `source`, and tells how each sending ended. */
function serve(source: FileSource | ((count: number) => FileSource)): { results: Promise<SendResult>[] } {
  const results: Promise<SendResult>[] = [];
  handle = async (req, res) => {
    const decision = decideFile({ method: req.method ?? '', headers: req.headers, file: FILE });
    const sending = sendFile(res, decision, typeof source === 'function' ? source(results.length) : source);
    results.push(sending);
    await sending.catch(async () => {
      if (!res.headersSent) await sendAnswer(res, errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds: 5 }));
    });
  };
  return { results };
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  reusedSocket: boolean;
}

function fetchBytes(headers: DeliveryRequestHeaders = {}, options: { method?: string; agent?: Agent } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const given = Object.entries(headers).filter(([, value]) => value !== undefined);
    const sent = { port: port(), host: '127.0.0.1', headers: Object.fromEntries(given), ...options };
    const req = request(sent, (res) => {
      buffer(res).then(
        (body) => resolve({ status: res.statusCode ?? 0, headers: res.headers, body, reusedSocket: req.reusedSocket }),
        reject,
      );
    });
    req.on('error', reject).end();
  });
}

/** Asks for the file and leaves when `bytes` of the answer have come, or at once for 0. */
function leaveAfter(bytes: number, reset = false): Promise<void> {
  return new Promise((resolve) => {
    let received = 0;
    const socket = connect(port(), '127.0.0.1');
    const leave = () => (reset ? socket.resetAndDestroy() : socket.destroy());
    socket.on('close', () => resolve()).on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received >= bytes) leave();
    });
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n', () => {
      if (bytes === 0) leave();
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) await sleep(10);
  expect(condition()).toBe(true);
}

const openDescriptors = () => readdirSync('/proc/self/fd').length;

describe('a file over a real connection', () => {
  test('arrives whole, with the headers of its decision', async () => {
    const { results } = serve({ open: openMemory });
    const { status, headers, body } = await fetchBytes();
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-length': String(BYTES.length), 'content-type': 'application/zip' });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(body.equals(BYTES)).toBe(true);
    expect(await results[0]).toEqual({ outcome: 'sent', bytesSent: BYTES.length });
  });

  test('arrives the same from memory, and nothing is opened', async () => {
    let opened = 0;
    const open: OpenBytes = (range, signal) => {
      opened += 1;
      return openMemory(range, signal);
    };
    for (const headers of [{}, { range: 'bytes=5-70000' }, { range: 'bytes=0-9,100-199,-7' }]) {
      serve({ open, bytes: BYTES });
      const { headers: fromMemory, ...cached } = await fetchBytes(headers);
      serve({ open: openMemory });
      const { headers: fromStorage, ...streamed } = await fetchBytes(headers);
      const plain = (text: string) => text.replace(/attache-[0-9a-f-]{36}/g, 'boundary');
      expect(plain(cached.body.toString('latin1'))).toBe(plain(streamed.body.toString('latin1')));
      expect(cached.status).toBe(streamed.status);
      expect(fromMemory['content-length']).toBe(fromStorage['content-length']);
    }
    expect(opened).toBe(0);
  });

  test('arrives in any single range, byte for byte', async () => {
    serve({ open: openMemory });
    await fc.assert(
      fc.asyncProperty(fc.nat(BYTES.length - 1), fc.nat(200_000), async (start, more) => {
        const { status, headers, body } = await fetchBytes({ range: `bytes=${start}-${start + more}` });
        const expected = BYTES.subarray(start, start + more + 1);
        expect(status).toBe(206);
        expect(headers['content-range']).toBe(`bytes ${start}-${start + expected.length - 1}/${BYTES.length}`);
        expect(body.equals(expected)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('arrives in several ranges, which an independent reader takes apart again', async () => {
    const { results } = serve({ open: openMemory });
    const { headers, body } = await fetchBytes({ range: 'bytes=100000-299999, 0-0, -5' });
    const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
    const [before, ...parts] = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
    expect([before, parts.pop()]).toEqual(['', '--\r\n']);
    const found = parts.map((part) => {
      const [fields = '', ...rest] = part.split('\r\n\r\n');
      return { fields: fields.trim(), bytes: Buffer.from(rest.join('\r\n\r\n'), 'latin1') };
    });
    const spans = [
      [100_000, 299_999],
      [0, 0],
      [BYTES.length - 5, BYTES.length - 1],
    ];
    for (const [index, [start = 0, end = 0]] of spans.entries()) {
      expect(found[index]?.fields).toBe(
        `Content-Type: application/zip\r\nContent-Range: bytes ${start}-${end}/${BYTES.length}`,
      );
      expect(found[index]?.bytes.equals(BYTES.subarray(start, end + 1))).toBe(true);
    }
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(await results[0]).toEqual({ outcome: 'sent', bytesSent: body.length });
  });

  test('is not opened for HEAD, 304, 412 and 416, which are sent without a body', async () => {
    const { results } = serve({ open: () => Promise.reject(new Error('must not be opened')) });
    const etag = `"${FILE.etag}"`;
    const cases: [number, DeliveryRequestHeaders, string][] = [
      [200, {}, 'HEAD'],
      [304, { 'if-none-match': etag }, 'GET'],
      [412, { 'if-match': '"other"' }, 'GET'],
      [416, { range: 'bytes=99999999-' }, 'GET'],
    ];
    for (const [status, headers, method] of cases) {
      const answer = await fetchBytes(headers, { method });
      expect(answer.status).toBe(status);
      expect(answer.body.length).toBe(0);
      expect(answer.headers).not.toHaveProperty('transfer-encoding');
      if (status === 304) expect(answer.headers).not.toHaveProperty('content-length');
      if (method === 'HEAD') expect(answer.headers['content-length']).toBe(String(BYTES.length));
    }
    for (const result of results) expect(await result).toEqual({ outcome: 'sent', bytesSent: 0 });
  });

  test('reuses one connection for every kind of answer and leaves no listener on it', async () => {
    serve((count) => (count % 3 === 0 ? { open: openMemory, bytes: BYTES } : { open: openMemory }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const counts: number[] = [];
    const inner = handle;
    handle = async (req, res) => {
      const { socket } = req;
      await inner(req, res);
      counts.push(socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0));
    };
    const kinds: DeliveryRequestHeaders[] = [
      {},
      { range: 'bytes=0-99' },
      { range: 'bytes=0-9,20-29' },
      { 'if-none-match': '*' },
      { range: 'bytes=99999999-' },
    ];
    for (let round = 0; round < 60; round += 1) {
      const answer = await fetchBytes(kinds[round % kinds.length], { agent });
      expect(answer.reusedSocket).toBe(round > 0);
    }
    expect(Math.max(...counts.slice(20))).toBeLessThanOrEqual(Math.max(...counts.slice(0, 20)));
    agent.destroy();
  });
});

describe('a storage that fails', () => {
  test('before the first byte is an error of the caller, who can still answer 503', async () => {
    const { results } = serve({ open: () => Promise.reject(new Error('storage is down')) });
    const { status, headers, body } = await fetchBytes();
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(headers).not.toHaveProperty('etag');
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: 'STORAGE_UNAVAILABLE' } });
    await expect(results[0]).rejects.toThrow('storage is down');
  });

  test.each([
    ['ends early', (range: Buffer) => range.subarray(0, -1)],
    ['is empty', () => Buffer.alloc(0)],
    ['ends with the file although a range was asked for', (_: Buffer, whole: Buffer) => whole],
    ['has one byte more', (range: Buffer) => Buffer.concat([range, Buffer.from('x')])],
  ])('by an object that %s breaks the connection off, and the answer never looks complete', async (_, spoil) => {
    for (const range of [undefined, 'bytes=1000-200999', 'bytes=0-99999,200000-299999']) {
      const open: OpenBytes = async (span) => {
        const right = BYTES.subarray(span?.start ?? 0, (span?.end ?? BYTES.length - 1) + 1);
        const spoilt = span === undefined && spoil(right, BYTES) === BYTES ? right.subarray(1) : spoil(right, BYTES);
        return Readable.from(chunksOf(spoilt), { objectMode: false });
      };
      const { results } = serve({ open });
      await expect(fetchBytes({ range })).rejects.toMatchObject({ code: 'ECONNRESET' });
      const result = await results[0];
      expect(result).toMatchObject({ outcome: 'failed', error: { name: 'BodyLengthError' } });
    }
  });

  test('in the middle of a file or of a part breaks the connection off and tells why', async () => {
    const open: OpenBytes = async (span) => {
      if (span?.start === 200_000) throw new Error('second part is gone');
      if (span !== undefined) return openMemory(span, AbortSignal.abort());
      return Readable.from(
        (async function* () {
          yield BYTES.subarray(0, 100_000);
          throw new Error('disk on fire');
        })(),
        { objectMode: false },
      );
    };
    const { results } = serve({ open });
    await expect(fetchBytes()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(fetchBytes({ range: 'bytes=0-9,200000-200009' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await results[0]).toMatchObject({
      outcome: 'failed',
      bytesSent: 100_000,
      error: { message: 'disk on fire' },
    });
    expect(await results[1]).toMatchObject({ outcome: 'failed', error: { message: 'second part is gone' } });
  });

  test('to hold the whole object in memory is an error before the headers', async () => {
    const { results } = serve({ open: openMemory, bytes: BYTES.subarray(1) });
    expect((await fetchBytes()).status).toBe(503);
    expect((await fetchBytes({ range: 'bytes=-10' })).status).toBe(503);
    await expect(results[0]).rejects.toMatchObject({ name: 'BodyLengthError' });
    await expect(results[1]).rejects.toMatchObject({ name: 'BodyLengthError' });
  });
});

describe('a client that goes away', () => {
  test('while the storage opens ends the wait, and a stream that comes too late is closed', async () => {
    let late: Readable | undefined;
    let signalled = false;
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    const open: OpenBytes = async (_, signal) => {
      signal.addEventListener('abort', () => {
        signalled = true;
      });
      await gate;
      late = Readable.from([BYTES], { objectMode: false });
      return late;
    };
    const { results } = serve({ open });
    await leaveAfter(0);
    await until(() => results.length === 1);
    expect(await results[0]).toEqual({ outcome: 'aborted', bytesSent: 0 });
    expect(signalled).toBe(true);
    openGate();
    await until(() => late?.destroyed === true);
  });

  test('aborts a storage that hangs in the middle', async () => {
    let source: Readable | undefined;
    const open: OpenBytes = async () => {
      source = new Readable({ read() {} });
      source.push(BYTES.subarray(0, 1000));
      return source;
    };
    const { results } = serve({ open });
    await leaveAfter(1000);
    await until(() => source?.destroyed === true);
    expect(await results[0]).toEqual({ outcome: 'aborted', bytesSent: 1000 });
  });

  test('or reads slowly never has more than a little of the file waiting in memory', async () => {
    let produced = 0;
    const open: OpenBytes = async () =>
      Readable.from(
        (function* () {
          for (const chunk of chunksOf(Buffer.alloc(BYTES.length))) {
            produced += chunk.length;
            yield chunk;
          }
        })(),
        { objectMode: false },
      );
    const sockets: { writableLength: number }[] = [];
    serve({ open });
    const inner = handle;
    handle = (req, res) => {
      sockets.push(res);
      return inner(req, res);
    };
    const socket = connect({ port: port(), host: '127.0.0.1' }).pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    await until(() => produced > 0);
    await sleep(300);
    expect(sockets[0]?.writableLength).toBeLessThan(300_000);
    socket.destroy();
  });

  test('five hundred times leaves no descriptor, socket, listener or unhandled error', async () => {
    const path = join(tmpdir(), `attache-send-node-${process.pid}`);
    await writeFile(path, Buffer.concat(Array.from({ length: 4 }, () => BYTES)));
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled);
    const descriptorsBefore = openDescriptors();
    const sources: Readable[] = [];
    const big: DeliverableFile = { ...FILE, sizeBytes: BYTES.length * 4 };
    const results: Promise<SendResult>[] = [];
    handle = async (req, res) => {
      const open: OpenBytes = async () => {
        const source = (await openFile(path)).createReadStream();
        sources.push(source);
        return source;
      };
      const decision: FileDecision = decideFile({ method: 'GET', headers: req.headers, file: big });
      results.push(sendFile(res, decision, { open }));
    };
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => leaveAfter((index % 5) * 60_000, index % 2 === 0)));
    }
    await until(() => results.length === 500);
    for (const result of await Promise.all(results)) expect(result).toMatchObject({ outcome: 'aborted' });
    await until(() => sources.every((source) => source.closed));
    await until(() => openDescriptors() <= descriptorsBefore);
    await sleep(50);
    expect(unhandled).toEqual([]);
    process.off('unhandledRejection', onUnhandled).off('uncaughtException', onUnhandled);
    await rm(path);
  });

  test('before anything is sent costs nothing', async () => {
    const outcomes: SendResult[] = [];
    let opened = 0;
    handle = async (_, res) => {
      res.destroy();
      await sleep(20);
      const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
      const open: OpenBytes = (range, signal) => {
        opened += 1;
        return openMemory(range, signal);
      };
      outcomes.push(await sendFile(res, decision, { open }), await sendAnswer(res, NOT_FOUND_ANSWER));
    };
    await expect(fetchBytes()).rejects.toThrow();
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual([
      { outcome: 'aborted', bytesSent: 0 },
      { outcome: 'aborted', bytesSent: 0 },
    ]);
    expect(opened).toBe(0);
  });
});

describe('an answer in memory', () => {
  test('arrives with its headers; to HEAD without its body', async () => {
    handle = async (_, res) => void (await sendAnswer(res, NOT_FOUND_ANSWER));
    const answer = await fetchBytes();
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).toBe(NOT_FOUND_ANSWER.body);
    const toHead = await fetchBytes({}, { method: 'HEAD' });
    expect(toHead.body.length).toBe(0);
    expect(toHead.headers['content-length']).toBe(answer.headers['content-length']);
  });
});
