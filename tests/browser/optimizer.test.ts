import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SentFile, sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

/** The pages are on here, since what is attacked lies in Next. */
const server = useServer({ pages: true });
let anna: TestClient;
let photo: SentFile;
let bytes: Buffer;

beforeAll(async () => {
  anna = await server.as('anna');
  bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  photo = await sendFile(anna, { bytes, name: 'very-private-name.png' });
});

const optimized = (url: string) => `/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`;

describe('T08 the image optimizer of Next', () => {
  it('refuses the path of an attachment to its owner, and so has nothing to give to the next one who asks', async () => {
    const addresses = [
      photo.path,
      `${photo.path}?variant=thumbnail`,
      `${photo.path}?download=1`,
      `${server.url}${photo.path}`,
      `//127.0.0.1:${server.port}${photo.path}`,
      `/./${photo.path}`,
      `/support-chat/..${photo.path}`,
    ];
    for (const address of addresses) {
      for (const client of [anna, await server.as('boris'), server.anonymous()]) {
        const answer = await client.raw({ path: optimized(address), headers: { accept: 'image/webp,*/*' } });
        expect(answer.status, address).toBeGreaterThanOrEqual(400);
        expect(answer.status, address).toBeLessThan(500);
        expect(answer.headers['content-type'] ?? '').not.toMatch(/^image\//);
        expect(answer.body.includes(bytes.subarray(0, 30))).toBe(false);
      }
    }
  });
});

describe('T07 another way to the same address', () => {
  it.each([
    ['an escaped letter', (path: string) => path.replace('/api/', '/%61pi/')],
    ['an escaped slash', (path: string) => path.replace('/api/', '/api%2f')],
    ['a doubled slash', (path: string) => `/${path}`],
    ['a dot', (path: string) => `/.${path}`],
    ['two dots', (path: string) => `/support-chat/..${path}`],
    ['capitals', (path: string) => path.replace('/api/', '/API/')],
    ['a locale', (path: string) => `/ru${path}`],
    ['the data of a page', (path: string) => `/_next/data/x${path}.json`],
    ['the absolute form', (path: string) => `http://127.0.0.1${path}`],
    ['the absolute form of another host', (path: string) => `http://evil.example${path}`],
  ])('with %s shows a stranger nothing, whatever header comes along', async (_, change) => {
    const headers: Record<string, string>[] = [
      {},
      { 'x-middleware-subrequest': 'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware' },
      { 'x-invoke-path': photo.path, 'x-matched-path': photo.path, 'x-now-route-matches': '1' },
      { 'x-original-url': photo.path, 'x-rewrite-url': photo.path, 'x-nextjs-rewrite': photo.path },
    ];
    for (const client of [await server.as('boris'), server.anonymous()]) {
      for (const extra of headers) {
        const answer = await client.raw({ path: change(photo.path), headers: extra });
        expect(answer.body.includes(bytes.subarray(0, 30))).toBe(false);
        expect(answer.headers.etag ?? '').not.toContain(photo.id);
        if (answer.status < 300) expect(answer.headers['content-type']).toMatch(/^text\/html/);
      }
    }
  });
});

describe('T27 a page', () => {
  it.each(['/', '/sign-in', '/support-chat', '/admin/support-chat', '/no-such-page'])(
    'holds no place of storage, and of files not even a name (%s)',
    async (path) => {
      const row = await server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id: photo.id } });
      for (const client of [anna, await server.as('sofia'), server.anonymous()]) {
        const answer = await client.raw({ path });
        expect(answer.status).toBeLessThan(500);
        const text = `${answer.rawHeaders.join('\n')}${answer.body.toString()}`;
        for (const secret of [row.storagePath, server.storageDir, 'storagePath', 'storageDriver']) {
          expect(text).not.toContain(secret);
        }
        if (client.cookie === null) expect(text).not.toContain('very-private-name');
      }
    },
  );
});
