import { readdirSync } from 'node:fs';
import { open as openFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBytes } from './body-bytes.ts';
import { decideFile, type FileDescription } from './file-decision.ts';
import { NOT_FOUND_RESPONSE } from './http-response.ts';
import { BYTES, chunksOf, FILE, openMemory, startHarness, until } from './send-node.harness.ts';
import { type SendResult, sendFile, sendResponse } from './send-node.ts';

const openDescriptors = () => readdirSync('/proc/self/fd').length;

let http: Awaited<ReturnType<typeof startHarness>>;
beforeAll(async () => {
  http = await startHarness();
});
afterAll(() => http.stop());

describe('a storage that fails', () => {
  test('before the first byte is an error of the caller, who can still send 503', async () => {
    const results = http.serve({ open: () => Promise.reject(new Error('storage is down')) });
    const { status, headers, body } = await http.fetchBytes();
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
  ])('by an object that %s destroys the connection, so the response never looks complete', async (_, spoil) => {
    for (const range of [undefined, 'bytes=1000-200999', 'bytes=0-99999,200000-299999']) {
      const open: OpenBytes = async (span) => {
        const right = BYTES.subarray(span?.start ?? 0, (span?.end ?? BYTES.length - 1) + 1);
        const spoilt = span === undefined && spoil(right, BYTES) === BYTES ? right.subarray(1) : spoil(right, BYTES);
        return Readable.from(chunksOf(spoilt), { objectMode: false });
      };
      const results = http.serve({ open });
      await expect(http.fetchBytes({ range })).rejects.toMatchObject({ code: 'ECONNRESET' });
      const result = await results[0];
      expect(result).toMatchObject({ outcome: 'failed', error: { name: 'BodyLengthError' } });
    }
  });

  test('by sending more than promised destroys the connection before the last byte is sent', async () => {
    const open: OpenBytes = async (span) =>
      Readable.from(
        (async function* () {
          yield* chunksOf(BYTES.subarray(span?.start ?? 0, (span?.end ?? BYTES.length - 1) + 1));
          await sleep(20);
          yield Buffer.from('more');
        })(),
        { objectMode: false },
      );
    for (const range of [undefined, 'bytes=0-9', 'bytes=0-99999,200000-299999']) {
      const results = http.serve({ open });
      await expect(http.fetchBytes({ range })).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(await results[0]).toMatchObject({ outcome: 'failed', error: { name: 'BodyLengthError' } });
    }
  });

  test('is not to blame for headers that cannot be sent, and is closed then', async () => {
    const source = Readable.from(chunksOf(BYTES), { objectMode: false });
    const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
    const broken = { ...decision, headers: { ...decision.headers, 'X-Broken': 'a\r\nb' } };
    let failure: unknown;
    let closedByThen = false;
    http.answerWith(async (_, res) => {
      await sendFile(res, broken, { open: async () => source }).catch((error: unknown) => {
        failure = error;
        closedByThen = source.destroyed;
      });
      res.destroy();
    });
    await expect(http.fetchBytes()).rejects.toThrow();
    expect(failure).toMatchObject({ code: 'ERR_INVALID_CHAR' });
    expect(closedByThen).toBe(true);
  });

  test('in the middle of a file or a part destroys the connection and reports why', async () => {
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
    const results = http.serve({ open });
    await expect(http.fetchBytes()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(http.fetchBytes({ range: 'bytes=0-9,200000-200009' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await results[0]).toMatchObject({
      outcome: 'failed',
      bytesSent: 100_000,
      error: { message: 'disk on fire' },
    });
    expect(await results[1]).toMatchObject({ outcome: 'failed', error: { message: 'second part is gone' } });
  });

  test('to hold the whole object in memory is an error before the headers', async () => {
    const results = http.serve({ open: openMemory, bytes: BYTES.subarray(1) });
    expect((await http.fetchBytes()).status).toBe(503);
    expect((await http.fetchBytes({ range: 'bytes=-10' })).status).toBe(503);
    await expect(results[0]).rejects.toMatchObject({ name: 'BodyLengthError' });
    await expect(results[1]).rejects.toMatchObject({ name: 'BodyLengthError' });
  });
});

describe('a client that goes away', () => {
  test('while the storage opens aborts opening, and a stream that arrives too late is closed', async () => {
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
    const results = http.serve({ open });
    await http.leaveAfter(0);
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
    const results = http.serve({ open });
    await http.leaveAfter(1000);
    await until(() => source?.destroyed === true);
    expect(await results[0]).toEqual({ outcome: 'aborted', bytesSent: 1000 });
  });

  test('or reads nothing for a while never has more buffered than its socket takes', async () => {
    const sizeBytes = 200_000_000;
    let produced = 0;
    const chunk = Buffer.alloc(100_000);
    const open: OpenBytes = async () =>
      Readable.from(
        (function* () {
          for (; produced < sizeBytes; produced += chunk.length) yield chunk;
        })(),
        { objectMode: false },
      );
    const sending = Promise.withResolvers<SendResult>();
    http.answerWith(async (_, res) => {
      const decision = decideFile({ method: 'GET', headers: {}, file: { ...FILE, sizeBytes } });
      sending.resolve(sendFile(res, decision, { open }));
    });
    const socket = connect({ port: http.port, host: '127.0.0.1' }).pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    await until(() => produced > 0);
    await sleep(400);
    expect(produced).toBeLessThan(sizeBytes / 4);
    socket.destroy();
    expect(await sending.promise).toMatchObject({ outcome: 'aborted' });
  });

  test('or takes nothing for a while has its connection ended, and the storage is closed', async () => {
    const source = Readable.from(Array(3_000).fill(Buffer.alloc(100_000)), { objectMode: false });
    const sending = Promise.withResolvers<SendResult>();
    http.answerWith(async (_, res) => {
      const decision = decideFile({ method: 'GET', headers: {}, file: { ...FILE, sizeBytes: 300_000_000 } });
      sending.resolve(sendFile(res, decision, { open: async () => source }, { stallMs: 400 }));
    });
    const socket = connect({ port: http.port, host: '127.0.0.1' }).pause();
    socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    expect(await sending.promise).toMatchObject({ outcome: 'aborted' });
    expect(source.destroyed).toBe(true);
    socket.destroy();
  });

  test('or takes nothing of a large object in memory has its connection ended as well', async () => {
    const bytes = Buffer.alloc(100_000_000);
    const sending = Promise.withResolvers<SendResult>();
    http.answerWith(async (_, res) => {
      const decision = decideFile({ method: 'GET', headers: {}, file: { ...FILE, sizeBytes: bytes.length } });
      sending.resolve(sendFile(res, decision, { open: openMemory, bytes }, { stallMs: 400 }));
    });
    const socket = connect({ port: http.port, host: '127.0.0.1' }).pause();
    socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    expect(await sending.promise).toMatchObject({ outcome: 'aborted' });
    socket.destroy();
  });

  test('is not taken for one that waits for a slow storage', async () => {
    const open: OpenBytes = async () =>
      Readable.from(
        (async function* () {
          yield BYTES.subarray(0, 1_000);
          await sleep(1_000);
          yield BYTES.subarray(1_000);
        })(),
        { objectMode: false },
      );
    http.answerWith(async (_, res) => {
      const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
      await sendFile(res, decision, { open }, { stallMs: 200 });
    });
    expect((await http.fetchBytes()).body.equals(BYTES)).toBe(true);
  });

  test('five hundred times leaves no descriptor, socket, listener or unhandled error', async () => {
    const path = join(tmpdir(), `attache-send-node-${process.pid}`);
    await writeFile(path, Buffer.concat(Array.from({ length: 4 }, () => BYTES)));
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled);
    const descriptorsBefore = openDescriptors();
    const sources: Readable[] = [];
    const big: FileDescription = { ...FILE, sizeBytes: BYTES.length * 4 };
    const results: Promise<SendResult>[] = [];
    http.answerWith(async (req, res) => {
      const open: OpenBytes = async () => {
        const source = (await openFile(path)).createReadStream();
        sources.push(source);
        return source;
      };
      const decision = decideFile({ method: 'GET', headers: req.headers, file: big });
      results.push(sendFile(res, decision, { open }));
    });
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => http.leaveAfter((index % 5) * 60_000, index % 2 === 0)),
      );
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
    http.answerWith(async (_, res) => {
      res.destroy();
      await sleep(20);
      const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
      const open: OpenBytes = (range, signal) => {
        opened += 1;
        return openMemory(range, signal);
      };
      outcomes.push(await sendFile(res, decision, { open }), await sendResponse(res, NOT_FOUND_RESPONSE));
    });
    await expect(http.fetchBytes()).rejects.toThrow();
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual([
      { outcome: 'aborted', bytesSent: 0 },
      { outcome: 'aborted', bytesSent: 0 },
    ]);
    expect(opened).toBe(0);
  });
});

describe('a right that is withdrawn', () => {
  test('in the middle of a response ends it, and the storage is closed', async () => {
    const withdrawn = new AbortController();
    const source = new Readable({ read() {} });
    source.push(BYTES.subarray(0, 1_000));
    const sending = Promise.withResolvers<SendResult>();
    http.answerWith(async (_, res) => {
      const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
      sending.resolve(sendFile(res, decision, { open: async () => source }, { signal: withdrawn.signal }));
    });
    const fetching = http.fetchBytes();
    setTimeout(() => withdrawn.abort(), 100);
    await expect(fetching).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await sending.promise).toEqual({ outcome: 'cancelled', bytesSent: 1_000 });
    expect(source.destroyed).toBe(true);
  });

  test('while the storage opens, or before, lets no byte out', async () => {
    for (const signal of [AbortSignal.abort(), AbortSignal.timeout(50)]) {
      const sending = Promise.withResolvers<SendResult>();
      http.answerWith(async (_, res) => {
        const decision = decideFile({ method: 'GET', headers: {}, file: FILE });
        sending.resolve(sendFile(res, decision, { open: () => new Promise(() => {}) }, { signal }));
      });
      await expect(http.fetchBytes()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(await sending.promise).toEqual({ outcome: 'cancelled', bytesSent: 0 });
    }
  });
});
