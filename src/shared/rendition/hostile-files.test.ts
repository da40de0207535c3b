import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeHostileFiles, makePlaylists, makeReferringSvg } from '#tests/fixtures/media/hostile-media.ts';
import { hasFfmpeg } from '#tests/fixtures/media/make-media.ts';
import { makeRenditions } from './make-renditions.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Short enough to wait for in a test; the product's own limit is longer (docs/threat-model.md 15). */
const limits = { timeoutMs: 8000 };
const ffmpeg = await hasFfmpeg();
const corpus = await makeHostileFiles();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function attempt(mimeType: string, bytes: Buffer) {
  const filePath = join(folder, crypto.randomUUID());
  await writeFile(filePath, bytes);
  return makeRenditions({ filePath, mimeType, sizeBytes: bytes.length }, { limits });
}

describe('a hostile file costs at most a rendition', () => {
  test.each(corpus.map((file) => [file.name, file] as const))('%s', async (_name, file) => {
    const before = process.memoryUsage.rss();
    const startedAt = Date.now();

    const outcome = await attempt(file.mimeType, file.bytes);

    // Loose on purpose: the point is that neither grows with what the file claims.
    expect(Date.now() - startedAt).toBeLessThan(limits.timeoutMs + 8000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150e6);
    if (file.mustFail) expect(outcome).toHaveProperty('failed');
    if ('failed' in outcome) return;
    expect(Math.max(outcome.thumbnail?.width ?? 0, outcome.thumbnail?.height ?? 0)).toBeLessThanOrEqual(480);
    expect(Math.max(outcome.preview?.width ?? 0, outcome.preview?.height ?? 0)).toBeLessThanOrEqual(2048);
  });
});

describe('a file cannot reach beyond itself', () => {
  test('an SVG that names an address on the network is not followed', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await attempt('image/svg+xml', makeReferringSvg(`http://127.0.0.1:${port}/secret.png`));
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toEqual([]);
  });

  test('an SVG that names a file on this machine does not show it', async () => {
    const red = sharp({ create: { width: 400, height: 300, channels: 3, background: '#ff0000' } });
    const secret = join(folder, 'secret.png');
    await red.png().toFile(secret);
    for (const address of [secret, `file://${secret}`, 'secret.png', './secret.png']) {
      const image = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="400" height="300"><image href="${address}" width="400" height="300"/><image xlink:href="${address}" width="400" height="300"/></svg>`;
      const outcome = await attempt('image/svg+xml', Buffer.from(image));
      if ('failed' in outcome) continue;
      const { channels } = await sharp(outcome.preview?.bytes).stats();
      expect(channels[0]?.max).toBe(0);
    }
  });

  test.runIf(ffmpeg)('a playlist named as a video opens no other file', async () => {
    const secret = join(folder, 'secret.wav');
    await writeFile(secret, Buffer.alloc(1000));
    for (const playlist of makePlaylists(secret)) {
      for (const mimeType of ['video/mp4', 'video/webm', 'audio/mpeg', 'audio/ogg']) {
        expect(await attempt(mimeType, playlist)).toMatchObject({ failed: 'unreadable' });
      }
    }
  });
});
