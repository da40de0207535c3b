import { parse } from 'content-disposition';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryRequestHeaders } from './conditional.ts';
import { decideFile, type FileDescription, fileDisposition } from './file-decision.ts';
import { formatHttpDate } from './http-date.ts';
import { resolveRange } from './range.ts';

const STORED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const TAG = `"${'ab'.repeat(32)}"`;
const FILE: FileDescription = {
  id: 'a1',
  sizeBytes: 100,
  mimeType: 'image/png',
  etag: 'ab'.repeat(32),
  lastModified: new Date(STORED),
  fileName: 'фото.png',
};
const get = (headers: DeliveryRequestHeaders = {}, file: Partial<FileDescription> = {}) =>
  decideFile({ method: 'GET', headers, file: { ...FILE, ...file } });
const head = (headers: DeliveryRequestHeaders = {}, file: Partial<FileDescription> = {}) =>
  decideFile({ method: 'HEAD', headers, file: { ...FILE, ...file } });

const OF_EVERY_FILE_ANSWER = {
  ETag: TAG,
  'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
  'Accept-Ranges': 'bytes',
  'Content-Disposition': `inline; filename="_.png"; filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE.png`,
  'Cache-Control': 'private, no-cache, no-transform',
  Vary: 'Cookie',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};

describe('200', () => {
  test('has exactly the headers of the contract', () => {
    expect(get()).toEqual({
      status: 200,
      headers: { ...OF_EVERY_FILE_ANSWER, 'Content-Type': 'image/png', 'Content-Length': '100' },
      body: { kind: 'whole', lengthBytes: 100 },
    });
  });

  test('HEAD has the headers of GET and no body', () => {
    expect(head()).toEqual({ ...get(), body: null });
  });

  test('of an empty file has length 0, whatever range is asked for', () => {
    for (const headers of [{}, { range: 'bytes=0-' }, { range: 'bytes=-5' }, { range: 'bytes=0-0,2-3' }]) {
      const decision = get(headers, { sizeBytes: 0 });
      expect(decision).toMatchObject({ status: 200, headers: { 'Content-Length': '0' }, body: null });
      expect(decision.headers).not.toHaveProperty('Content-Range');
    }
  });

  test('Last-Modified is never in the future', () => {
    const { headers } = get({}, { lastModified: new Date(Date.now() + 3_600_000) });
    expect(Date.parse(headers['Last-Modified'] ?? '')).toBeLessThanOrEqual(Date.now());
  });

  test.each([null, '"quoted"', 'W/"weak"', 'bad tag'])('the tag of an older row (%j) is one strong tag', (etag) => {
    const { headers } = get({}, { etag });
    expect(headers.ETag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    expect(get({ 'if-none-match': headers.ETag }, { etag }).status).toBe(304);
  });
});

describe('Content-Type and Content-Disposition', () => {
  test.each([
    ['image/png', 'inline'],
    ['video/mp4', 'inline'],
    ['audio/mpeg', 'inline'],
    ['text/plain', 'inline'],
    ['application/pdf', 'attachment'],
    ['image/svg+xml', 'attachment'],
    ['text/html', 'attachment'],
    ['application/xml', 'attachment'],
    ['text/javascript', 'attachment'],
    ['text/css', 'attachment'],
    ['application/zip', 'attachment'],
    ['not a type', 'attachment'],
  ])('%s is delivered %s', (mimeType, type) => {
    expect(parse(get({}, { mimeType, fileName: 'a' }).headers['Content-Disposition'] ?? '').type).toBe(type);
  });

  test('download=1 makes an attachment of every type', () => {
    for (const headers of [{}, { range: 'bytes=0-1' }]) {
      const decision = decideFile({ method: 'GET', headers, file: FILE, download: true });
      expect(decision.headers['Content-Disposition']).toMatch(/^attachment; /);
    }
  });

  test('plain text says UTF-8', () => {
    expect(get({}, { mimeType: 'text/plain' }).headers['Content-Type']).toBe('text/plain; charset=utf-8');
  });

  test('the name is made harmless and ends as its type does', () => {
    const { headers } = get({}, { fileName: '../\u202eевил"\r\nX: 1.exe' });
    expect(parse(headers['Content-Disposition'] ?? '').parameters.filename).toBe('евил"X: 1.png');
  });

  test('a redirect to the storage can carry the same disposition', () => {
    expect(fileDisposition(FILE)).toBe(OF_EVERY_FILE_ANSWER['Content-Disposition']);
    expect(fileDisposition(FILE, true)).toMatch(/^attachment; /);
  });
});

describe('304', () => {
  test('has ETag, Last-Modified, Cache-Control and Vary, and nothing else', () => {
    const expected = {
      status: 304,
      headers: {
        ETag: TAG,
        'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
        'Cache-Control': 'private, no-cache, no-transform',
        Vary: 'Cookie',
      },
      body: null,
    };
    expect(get({ 'if-none-match': TAG })).toEqual(expected);
    expect(head({ 'if-none-match': `"x", W/${TAG}` })).toEqual(expected);
    expect(get({ 'if-modified-since': formatHttpDate(STORED) })).toEqual(expected);
  });

  test('comes before the range', () => {
    expect(get({ 'if-none-match': TAG, range: 'bytes=0-1' }).status).toBe(304);
    expect(get({ 'if-none-match': TAG, range: 'bytes=500-' }).status).toBe(304);
  });
});

describe('412', () => {
  test('has no body and no information about the file', () => {
    const decision = get({ 'if-match': '"other"' });
    expect(decision).toMatchObject({ status: 412, headers: { 'Content-Length': '0', 'Cache-Control': 'no-store' } });
    expect(decision.body).toBeNull();
    expect(decision.headers).not.toHaveProperty('Content-Disposition');
    expect(head({ 'if-unmodified-since': formatHttpDate(STORED - 2000) }).status).toBe(412);
  });

  test('comes before 304 and the range', () => {
    expect(get({ 'if-match': '"other"', 'if-none-match': TAG, range: 'bytes=500-' }).status).toBe(412);
  });
});

describe('405', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'get'])(
    '%s gets 405 with the allowed methods',
    (method) => {
      expect(decideFile({ method, headers: { 'if-none-match': TAG }, file: FILE })).toMatchObject({
        status: 405,
        headers: { Allow: 'GET, HEAD' },
        body: null,
      });
    },
  );
});

describe('206', () => {
  test('of one range has the headers of 200, Content-Range and the exact length', () => {
    expect(get({ range: 'bytes=10-19' })).toEqual({
      status: 206,
      headers: {
        ...OF_EVERY_FILE_ANSWER,
        'Content-Type': 'image/png',
        'Content-Length': '10',
        'Content-Range': 'bytes 10-19/100',
      },
      body: { kind: 'range', start: 10, end: 19, lengthBytes: 10 },
    });
  });

  test('also when the range covers everything', () => {
    for (const range of ['bytes=0-', 'bytes=0-99', 'bytes=-100', 'bytes=-1000', 'bytes=0-5000']) {
      expect(get({ range })).toMatchObject({
        status: 206,
        headers: { 'Content-Range': 'bytes 0-99/100', 'Content-Length': '100' },
      });
    }
  });

  test('of several ranges is multipart, with Content-Range in the parts only', () => {
    const { status, headers, body } = get({ range: 'bytes=0-1, 50-59' });
    expect(status).toBe(206);
    expect(headers).not.toHaveProperty('Content-Range');
    if (body?.kind !== 'multipart') throw new Error('not multipart');
    expect(headers['Content-Type']).toBe(`multipart/byteranges; boundary=${body.boundary}`);
    expect(headers['Content-Length']).toBe(String(body.lengthBytes));
    expect(headers.ETag).toBe(TAG);
    expect(body.parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [50, 59],
    ]);
  });

  test('of ranges that join to one is not multipart', () => {
    expect(get({ range: 'bytes=0-4,5-9,200-' })).toMatchObject({
      status: 206,
      body: { kind: 'range', start: 0, end: 9 },
    });
  });

  test('needs an If-Range that matches exactly', () => {
    const range = 'bytes=0-1';
    expect(get({ range, 'if-range': TAG }).status).toBe(206);
    expect(get({ range, 'if-range': formatHttpDate(STORED) }).status).toBe(206);
    for (const other of [`W/${TAG}`, '"other"', formatHttpDate(STORED + 1000), formatHttpDate(STORED - 1000)]) {
      expect(get({ range, 'if-range': other })).toEqual(get());
    }
  });

  test('is never a response to HEAD', () => {
    expect(head({ range: 'bytes=0-1' })).toEqual(head());
    expect(head({ range: 'bytes=500-' })).toEqual(head());
  });
});

describe('416', () => {
  test.each(['bytes=100-', 'bytes=-0', 'bytes=100-200,-0'])('%s has the size of the file in Content-Range', (range) => {
    expect(get({ range })).toMatchObject({
      status: 416,
      headers: { 'Content-Range': 'bytes */100', 'Content-Length': '0' },
      body: null,
    });
  });

  test('is not sent when If-Range does not match', () => {
    expect(get({ range: 'bytes=100-', 'if-range': '"other"' }).status).toBe(200);
  });
});

describe('a range that is ignored', () => {
  test.each(['items=0-1', 'bytes=5-2', 'bytes=abc', 'bytes=0-49,50-99', 'bytes=0,1'])('%s is a 200', (range) => {
    expect(get({ range })).toEqual(get());
  });
});

describe('every decision', () => {
  const field = <T>(...values: T[]) => fc.constantFrom<T | undefined>(undefined, ...values);
  const request = fc.record({
    'if-match': field(TAG, '*', '"other"'),
    'if-none-match': field(TAG, '*', '"other"'),
    'if-modified-since': field(formatHttpDate(STORED), formatHttpDate(0), 'no date'),
    'if-unmodified-since': field(formatHttpDate(STORED), formatHttpDate(0), 'no date'),
    'if-range': field(TAG, `W/${TAG}`, formatHttpDate(STORED), '"other"'),
    range: field('bytes=0-1', 'bytes=0-1,4-5', 'bytes=-3', 'bytes=900-', 'bytes=3-1', 'lines=1-2'),
  });

  test('has a Content-Length equal to its body, and opens nothing without a body', () => {
    fc.assert(
      fc.property(request, fc.nat(20), fc.constantFrom('GET', 'HEAD', 'PUT'), (headers, sizeBytes, method) => {
        const { status, headers: sent, body } = decideFile({ method, headers, file: { ...FILE, sizeBytes } });
        if (body !== null) expect(sent['Content-Length']).toBe(String(body.lengthBytes));
        if (method !== 'GET' || status >= 300) expect(body).toBeNull();
        if (status === 304) expect(sent).not.toHaveProperty('Content-Length');
        if (body?.kind === 'whole') expect(body.lengthBytes).toBe(sizeBytes);
      }),
      { numRuns: 2_000 },
    );
  });

  test('on Range follows the preconditions, If-Range and the range in that order', () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 1, max: 20 }), (headers, sizeBytes) => {
        const { range, 'if-range': ifRange, ...preconditions } = headers;
        const without = get(preconditions, { sizeBytes });
        const decided = get(headers, { sizeBytes });
        const holds = ifRange === undefined || ifRange === TAG || ifRange === formatHttpDate(STORED);
        const resolved = range === undefined ? { kind: 'ignored' } : resolveRange(range, sizeBytes);
        if (without.status !== 200 || !holds || resolved.kind === 'ignored') expect(decided).toEqual(without);
        else expect(decided.status).toBe(resolved.kind === 'spans' ? 206 : 416);
      }),
      { numRuns: 2_000 },
    );
  });
});
