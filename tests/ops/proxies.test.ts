import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#shared/net/ports.ts';
import { rawRequest } from '#tests/support/raw-request.ts';
import { watchServer } from '#tests/support/server-traffic.ts';
import { startTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { startTestServer, type TestServer } from '#tests/support/test-server.ts';
import { caddy, nginx, type RunningProxy } from './proxies.ts';
import { SecureClient } from './secure-client.ts';

const MEGABYTE = 1024 * 1024;

describe.each([nginx, caddy])('behind $name with the configuration of deploy/', (kind) => {
  describe.runIf(kind.isPresent)('two instances', () => {
    let database: TestDatabase;
    let instances: [TestServer, TestServer];
    let proxy: RunningProxy;
    let ports: { secure: number; plain: number };
    let anna: SecureClient;

    beforeAll(async () => {
      database = await startTestDatabase();
      ports = { secure: await freePort(), plain: await freePort() };
      const env = { APP_URL: `https://localhost:${ports.secure}`, TRUSTED_PROXIES: '127.0.0.1' };
      const first = await startTestServer({ database, env });
      const second = await startTestServer({ database, dataDir: first.dataDir, env });
      instances = [first, second];
      proxy = await kind.start(ports, [first.port, second.port]);
      anna = await firstAnswer();
    });
    afterAll(async () => {
      anna?.close();
      await proxy?.stop();
      for (const instance of [...instances].reverse()) await instance.close().catch(() => undefined);
      await database.close();
    });

    /** Until the proxy listens and has found an instance that is ready. */
    const firstAnswer = async (): Promise<SecureClient> => {
      for (;;) {
        const client = await secureClient().catch(() => null);
        const answer = await client?.ask({ path: '/api/ready' }).catch(() => null);
        if (client && answer?.status === 200) return client;
        client?.close();
        await sleep(100);
      }
    };
    const secureClient = () => SecureClient.connect(`https://localhost:${ports.secure}`);

    it('speaks HTTP/2 over TLS, sends plain HTTP there, and keeps the metrics inside', async () => {
      const answer = await anna.signIn('anna@demo.test');
      expect([answer.status, String(answer.headers['set-cookie'])]).toEqual([200, expect.stringMatching(/; Secure/)]);
      const plain = await rawRequest(`http://127.0.0.1:${ports.plain}`, {
        path: '/a?b',
        headers: { host: 'localhost' },
      });
      expect([plain.status, plain.headers.location]).toEqual([
        308,
        expect.stringMatching(/^https:\/\/localhost.*\/a\?b$/),
      ]);
      expect((await anna.ask({ path: '/api/metrics' })).status).toBe(404);
    });

    it('passes an upload on while it comes, and its ranges and entity tags back', async () => {
      const bytes = Buffer.alloc(6 * MEGABYTE, 'attachment ');
      const traffic = watchServer();
      const upload = anna.startUpload(bytes);
      const isArriving = () =>
        traffic.requests.some(({ method, receivedBytes }) => method === 'POST' && receivedBytes() > MEGABYTE);
      await expect.poll(isArriving).toBe(true);
      upload.finish();
      traffic.stop();
      const staged = await upload.answer;
      expect(staged.status, staged.body.toString()).toBe(201);
      const path = JSON.parse(staged.body.toString()).attachment.url;
      const part = await anna.ask({ path, headers: { range: 'bytes=11-21' } });
      expect([part.status, part.body.toString()]).toEqual([206, 'attachment ']);
      const again = await anna.ask({ path, headers: { 'if-none-match': String(part.headers.etag) } });
      expect(again.status).toBe(304);
      expect((await anna.ask({ path })).body.equals(bytes)).toBe(true);
    });

    it('hands events on at once, from whichever instance they come', async () => {
      const { dialogId } = await anna.mutate('supportChat.createDialog', { topic: 'Hello', initialMessage: 'Hello' });
      const sofia = await secureClient();
      await sofia.signIn('sofia@demo.test');
      const { stream } = anna.open({ path: '/api/support-chat/events' }, false);
      let heard = '';
      stream.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
      });
      await expect.poll(() => heard).toContain('connected');
      await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'Good day' });
      await expect.poll(() => heard, { timeout: 2_000 }).toContain('message.created');
      stream.close();
      sofia.close();
    });

    it('counts by the address of the browser, whatever it claims to be', async () => {
      const stranger = await secureClient();
      const seen = watchServer();
      await stranger.ask({ path: '/api/health', headers: { 'x-forwarded-for': '203.0.113.9' } });
      seen.stop();
      const claims = seen.requests
        .filter(({ path }) => path === '/api/health')
        .map(({ headers }) => headers['x-forwarded-for']);
      expect(claims.at(-1)).toMatch(/(^|, )127\.0\.0\.1$|^::1$/);
      expect(claims.at(-1)).not.toMatch(/^203\.0\.113\.9$/);
      stranger.close();
    });

    it('goes on without a request lost when one instance stops', async () => {
      const status = async () =>
        (await anna.ask({ path: '/api/trpc/supportChat.userListDialogs?input=%7B%7D' })).status;
      const before = await Promise.all(Array.from({ length: 8 }, status));
      await instances[1].close();
      const after: number[] = [];
      for (let turn = 0; turn < 20; turn += 1) after.push(await status());
      expect([...new Set([...before, ...after])]).toEqual([200]);
    });
  });
});
