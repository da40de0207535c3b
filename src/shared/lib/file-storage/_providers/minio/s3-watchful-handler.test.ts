import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { isSilence } from './s3-errors.ts';
import { s3RetryStrategy } from './s3-retries.ts';
import { WatchfulHandler } from './s3-watchful-handler.ts';

const SILENCE_MS = 600;
const MB = 1_000_000;

describe('a request that the storage does not take', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** A put of that many bytes to a server that does with the connection what the test says. */
  async function put(bytes: number, serve: (socket: Socket) => void): Promise<unknown> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      closing.push(() => socket.destroy());
      socket.on('error', () => {});
      serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'x',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
      retryStrategy: s3RetryStrategy,
      requestHandler: new WatchfulHandler({ socketTimeout: SILENCE_MS }, SILENCE_MS),
    });
    closing.push(
      () => server.close(),
      () => client.destroy(),
    );
    return client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(bytes) }));
  }

  it('ends within the time when the server stops reading in the middle, also after a write taken in part', async () => {
    let stoppedAt = 0;
    const sending = put(60 * MB, (socket) => {
      let taken = 0;
      socket.on('data', (chunk) => {
        taken += chunk.length;
        if (taken < 5 * MB || stoppedAt > 0) return;
        socket.pause();
        stoppedAt = performance.now();
      });
    });
    const error = await sending.catch((reason: unknown) => reason);
    const waited = performance.now() - stoppedAt;
    expect(isSilence(error)).toBe(true);
    // The system goes on filling its own buffers for a moment.
    expect(waited).toBeLessThan(SILENCE_MS + 250);
    expect(waited).toBeGreaterThan(SILENCE_MS - 50);
  });

  it('ends within the time when the server never answers', async () => {
    const before = performance.now();
    const error = await put(1_000, (socket) => void socket.resume()).catch((reason: unknown) => reason);
    expect(isSilence(error)).toBe(true);
    expect(performance.now() - before).toBeLessThan(SILENCE_MS + 250);
  });

  it('goes on for as long as a slow server takes piece after piece', async () => {
    const bytes = 72 * MB;
    const before = performance.now();
    await put(bytes, async (socket) => {
      let taken = 0;
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        taken += chunk.length;
        if (taken >= bytes) break;
        // Fast at the end: what the system holds in its own buffers has to be read before there can be an answer.
        if (taken < bytes - 12 * MB) await sleep(chunk.length / 30_000);
      }
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    expect(performance.now() - before).toBeGreaterThan(2 * SILENCE_MS);
  });
});
