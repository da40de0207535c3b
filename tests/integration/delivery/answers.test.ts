import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { noisePng, type SentFile, sendFile, stableHeaders } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const CSP =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";
const NO_FILE = { 'cache-control': 'no-store', vary: 'Cookie', 'x-content-type-options': 'nosniff' };
const JSON_ERROR = {
  ...NO_FILE,
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

const server = useServer();
// Larger than what is kept in memory, so that the storage is read in pieces.
const bytes = noisePng(400_000);
const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
let anna: TestClient;
let photo: SentFile;
let lastModified: string;

beforeAll(async () => {
  anna = await server.as('anna');
  photo = await sendFile(anna, { bytes, name: 'фото из отпуска.png', type: 'image/gif' });
  const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: photo.id } });
  lastModified = (row.lastModified ?? new Date(Number.NaN)).toUTCString();
});

const get = (headers: Record<string, string> = {}, method = 'GET', path = photo.path) =>
  anna.raw({ method, path, headers });

const described = () => ({
  etag,
  'last-modified': lastModified,
  'accept-ranges': 'bytes',
  'content-type': 'image/png',
  'content-disposition':
    'inline; filename="_ _ _.png"; filename*=UTF-8\'\'%D1%84%D0%BE%D1%82%D0%BE%20%D0%B8%D0%B7%20%D0%BE%D1%82%D0%BF%D1%83%D1%81%D0%BA%D0%B0.png',
  'cache-control': 'private, no-cache, no-transform',
  vary: 'Cookie',
  'x-content-type-options': 'nosniff',
  'content-security-policy': CSP,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
});

describe('over real HTTP', () => {
  it('GET has exactly the headers of the contract, and every byte', async () => {
    const answer = await get({ 'accept-encoding': 'gzip, br' });
    expect(answer.status).toBe(200);
    expect(stableHeaders(answer)).toEqual({ ...described(), 'content-length': '400000' });
    expect(answer.body.equals(bytes)).toBe(true);
  });

  it('HEAD has the headers of GET and no body, also with a range', async () => {
    const whole = await get();
    for (const headers of [{}, { range: 'bytes=0-9' }] as Record<string, string>[]) {
      const answer = await get(headers, 'HEAD');
      expect([answer.status, answer.body.length]).toEqual([200, 0]);
      expect(stableHeaders(answer)).toEqual(stableHeaders(whole));
    }
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=399990-', 399_990, 399_999],
    ['bytes=-10', 399_990, 399_999],
    ['bytes=-9999999', 0, 399_999],
    ['bytes=399990-99999999999999999999', 399_990, 399_999],
    ['bytes=0-', 0, 399_999],
    ['bytes=0-49,50-99,20-60', 0, 99],
  ])('%s is a 206 of exactly those bytes', async (range, start, end) => {
    const answer = await get({ range });
    expect(answer.status).toBe(206);
    expect(stableHeaders(answer)).toEqual({
      ...described(),
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/400000`,
    });
    expect(answer.body.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=400000-', 'bytes=-0', 'bytes=500000-600000,-0'])('%s is a 416 that tells the size', async (range) => {
    const answer = await get({ range });
    expect([answer.status, answer.body.length]).toEqual([416, 0]);
    expect(stableHeaders(answer)).toEqual({
      ...NO_FILE,
      'content-length': '0',
      'accept-ranges': 'bytes',
      'content-range': 'bytes */400000',
    });
  });

  it.each(['lines=0-1', 'bytes=9-0', 'bytes=a-b', 'bytes 0-1', 'bytes=0-0,x', 'bytes=0-199999,200000-'])(
    'the range %s is ignored',
    async (range) => {
      const answer = await get({ range });
      expect([answer.status, answer.body.length]).toEqual([200, 400_000]);
    },
  );

  it('several ranges come as multipart/byteranges, each with its place and its bytes', async () => {
    const answer = await get({ range: 'bytes=-5,0-4,100-104' });
    const { 'content-type': type = '', 'content-length': length, ...rest } = stableHeaders(answer);
    const { 'content-type': _type, ...others } = described();
    expect(answer.status).toBe(206);
    expect(rest).toEqual(others);
    expect(length).toBe(String(answer.body.length));
    const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(type)?.[1] ?? '';
    const parts = answer.body.toString('latin1').split(`--${boundary}`);
    expect(parts).toHaveLength(5);
    expect(parts[4]).toBe('--\r\n');
    const spans = [
      [399_995, 399_999],
      [0, 4],
      [100, 104],
    ] as const;
    for (const [index, [start, end]] of spans.entries()) {
      const head = `\r\nContent-Type: image/png\r\nContent-Range: bytes ${start}-${end}/400000\r\n\r\n`;
      expect(parts[index + 1]).toBe(`${head}${bytes.subarray(start, end + 1).toString('latin1')}\r\n`);
    }
  });

  it('eight separate ranges are answered, nine are not', async () => {
    const ranges = (count: number) => Array.from({ length: count }, (_, i) => `${i * 100}-${i * 100}`).join(',');
    expect((await get({ range: `bytes=${ranges(8)}` })).status).toBe(206);
    expect((await get({ range: `bytes=${ranges(9)}` })).status).toBe(200);
  });

  it('a 304 has ETag, Last-Modified, Cache-Control and Vary, and nothing else', async () => {
    const kept = { etag, 'last-modified': lastModified, 'cache-control': described()['cache-control'], vary: 'Cookie' };
    const questions: Record<string, string>[] = [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", W/${etag}` },
      { 'if-none-match': '*', range: 'bytes=0-1' },
      { 'if-modified-since': lastModified },
    ];
    for (const headers of questions) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await get(headers, method);
        expect([answer.status, answer.body.length]).toEqual([304, 0]);
        expect(stableHeaders(answer)).toEqual(kept);
      }
    }
    const earlier = new Date(Date.parse(lastModified) - 1000).toUTCString();
    expect((await get({ 'if-modified-since': earlier })).status).toBe(200);
    expect((await get({ 'if-none-match': '"x"', 'if-modified-since': lastModified })).status).toBe(200);
  });

  it('a failed precondition gets 412 without information about the file', async () => {
    const earlier = new Date(Date.parse(lastModified) - 1000).toUTCString();
    const failing: Record<string, string>[] = [
      { 'if-match': '"x"' },
      { 'if-match': `W/${etag}` },
      { 'if-unmodified-since': earlier },
    ];
    for (const headers of failing) {
      const answer = await get({ ...headers, 'if-none-match': etag });
      expect([answer.status, answer.body.length]).toEqual([412, 0]);
      expect(stableHeaders(answer)).toEqual({ ...NO_FILE, 'content-length': '0' });
    }
    expect((await get({ 'if-match': `"x", ${etag}`, 'if-unmodified-since': earlier })).status).toBe(200);
  });

  it('If-Range honours the range for the exact tag or date alone', async () => {
    const status = async (ifRange: string) => (await get({ range: 'bytes=0-9', 'if-range': ifRange })).status;
    expect(await status(etag)).toBe(206);
    expect(await status(lastModified)).toBe(206);
    expect(await status(`W/${etag}`)).toBe(200);
    expect(await status(etag.slice(0, -2))).toBe(200);
    expect(await status(new Date(Date.parse(lastModified) + 1000).toUTCString())).toBe(200);
    expect((await get({ range: 'bytes=999999-', 'if-range': '"x"' })).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is told what is allowed, session or not',
    async (method) => {
      const allowed = { ...NO_FILE, 'content-length': '0', allow: 'GET, HEAD' };
      for (const client of [anna, server.anonymous()]) {
        const answer = await client.raw({ method, path: photo.path });
        expect([answer.status, answer.body.length]).toEqual([405, 0]);
        expect(stableHeaders(answer)).toEqual(allowed);
      }
    },
  );

  it('without a session every address gets the same 401', async () => {
    const stranger = server.anonymous();
    const first = await stranger.raw({ path: photo.path, headers: { 'if-none-match': etag, range: 'bytes=0-0' } });
    expect(first.status).toBe(401);
    expect(JSON.parse(first.body.toString())).toEqual({ error: { code: 'UNAUTHORIZED', message: 'Sign in first.' } });
    expect(stableHeaders(first)).toEqual({ ...JSON_ERROR, 'content-length': String(first.body.length) });
    const forged = (anna.cookie ?? '').replace(/=[^.]+/, '=made-up-token');
    const paths = ['/api/support-chat/attachments/a/b', '/api/support-chat/attachments/', `${photo.path}?variant=x`];
    const others = [
      ...(await Promise.all(paths.map((path) => stranger.raw({ path })))),
      await stranger.raw({ path: photo.path, headers: { cookie: forged } }),
    ];
    for (const answer of others) {
      expect(answer.status).toBe(401);
      expect(stableHeaders(answer)).toEqual(stableHeaders(first));
      expect(answer.body.equals(first.body)).toBe(true);
    }
  });

  it('an empty file is a 200 of length 0, whatever range is asked for', async () => {
    const empty = await sendFile(anna, { bytes: '', name: 'empty.txt', type: 'text/plain' });
    for (const headers of [{}, { range: 'bytes=0-0' }, { range: 'bytes=-0' }] as Record<string, string>[]) {
      const answer = await get(headers, 'GET', empty.path);
      expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([200, '0', 0]);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    }
  });

  it('download=1 makes an attachment of what is shown inline', async () => {
    const answer = await get({}, 'GET', `${photo.path}?download=1`);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="_ _ _\.png"; filename\*=/);
    expect({ ...stableHeaders(answer), 'content-disposition': '' }).toEqual({
      ...described(),
      'content-length': '400000',
      'content-disposition': '',
    });
  });

  it('accepts a request target in absolute form', async () => {
    const answer = await anna.raw({ path: `${server.url}${photo.path}`, headers: { range: 'bytes=0-3' } });
    expect([answer.status, answer.body.length]).toEqual([206, 4]);
  });
});
