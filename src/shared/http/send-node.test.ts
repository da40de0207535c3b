import { Agent, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBytes } from './body-bytes.ts';
import type { DeliveryRequestHeaders } from './conditional.ts';
import { NOT_FOUND_RESPONSE } from './http-response.ts';
import { BYTES, FILE, openMemory, startHarness } from './send-node.harness.ts';
import { sendResponse } from './send-node.ts';

let http: Awaited<ReturnType<typeof startHarness>>;
beforeAll(async () => {
  http = await startHarness();
});
afterAll(() => http.stop());

describe('a file over a real connection', () => {
  test('arrives whole, with the headers of its decision', async () => {
    const results = http.serve({ open: openMemory });
    const { status, headers, body } = await http.fetchBytes();
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
      http.serve({ open, bytes: BYTES });
      const { headers: fromMemory, ...cached } = await http.fetchBytes(headers);
      http.serve({ open: openMemory });
      const { headers: fromStorage, ...streamed } = await http.fetchBytes(headers);
      const plain = (text: string) => text.replace(/attache-[0-9a-f-]{36}/g, 'boundary');
      expect(plain(cached.body.toString('latin1'))).toBe(plain(streamed.body.toString('latin1')));
      expect(cached.status).toBe(streamed.status);
      expect(fromMemory['content-length']).toBe(fromStorage['content-length']);
    }
    expect(opened).toBe(0);
  });

  test('arrives in any single range, byte for byte', async () => {
    http.serve({ open: openMemory });
    await fc.assert(
      fc.asyncProperty(fc.nat(BYTES.length - 1), fc.nat(200_000), async (start, more) => {
        const { status, headers, body } = await http.fetchBytes({ range: `bytes=${start}-${start + more}` });
        const expected = BYTES.subarray(start, start + more + 1);
        expect(status).toBe(206);
        expect(headers['content-range']).toBe(`bytes ${start}-${start + expected.length - 1}/${BYTES.length}`);
        expect(body.equals(expected)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('arrives in several ranges, which an independent parser splits again', async () => {
    const results = http.serve({ open: openMemory });
    const { headers, body } = await http.fetchBytes({ range: 'bytes=100000-299999, 0-0, -5' });
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
    const results = http.serve({ open: () => Promise.reject(new Error('must not be opened')) });
    const etag = `"${FILE.etag}"`;
    const cases: [number, DeliveryRequestHeaders, string][] = [
      [200, {}, 'HEAD'],
      [304, { 'if-none-match': etag }, 'GET'],
      [412, { 'if-match': '"other"' }, 'GET'],
      [416, { range: 'bytes=99999999-' }, 'GET'],
    ];
    for (const [status, headers, method] of cases) {
      const answer = await http.fetchBytes(headers, { method });
      expect(answer.status).toBe(status);
      expect(answer.body.length).toBe(0);
      expect(answer.headers).not.toHaveProperty('transfer-encoding');
      if (status === 304) expect(answer.headers).not.toHaveProperty('content-length');
      if (method === 'HEAD') expect(answer.headers['content-length']).toBe(String(BYTES.length));
    }
    for (const result of results) expect(await result).toEqual({ outcome: 'sent', bytesSent: 0 });
  });

  test('reuses one connection for every kind of response and leaves no listener on it', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const counts: number[] = [];
    const countListeners = ({ socket }: IncomingMessage) =>
      counts.push(socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0));
    const kinds: DeliveryRequestHeaders[] = [
      {},
      { range: 'bytes=0-99' },
      { range: 'bytes=0-9,20-29' },
      { 'if-none-match': '*' },
      { range: 'bytes=99999999-' },
    ];
    for (let round = 0; round < 60; round += 1) {
      http.serve(round % 3 === 0 ? { open: openMemory, bytes: BYTES } : { open: openMemory }, countListeners);
      const answer = await http.fetchBytes(kinds[round % kinds.length], { agent });
      expect(answer.reusedSocket).toBe(round > 0);
    }
    expect(Math.max(...counts.slice(20))).toBeLessThanOrEqual(Math.max(...counts.slice(0, 20)));
    agent.destroy();
  });
});

describe('an answer in memory', () => {
  test('arrives with its headers; to HEAD without its body', async () => {
    http.answerWith((_, res) => sendResponse(res, NOT_FOUND_RESPONSE));
    const answer = await http.fetchBytes();
    expect(answer.status).toBe(404);
    expect(answer.body.toString()).toBe(NOT_FOUND_RESPONSE.body);
    const toHead = await http.fetchBytes({}, { method: 'HEAD' });
    expect(toHead.body.length).toBe(0);
    expect(toHead.headers['content-length']).toBe(answer.headers['content-length']);
  });
});
