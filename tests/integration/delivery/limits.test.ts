import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, noisePng, readMetric, sendFile, stableHeaders } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

describe('the rate limit', () => {
  const server = useServer({
    env: { SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '5', SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS: '2' },
  });

  it('gets 429 with Retry-After and both RateLimit headers until the window has passed', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: 'x', name: 'x.txt' });
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await anna.raw({ path, method: i % 2 === 0 ? 'GET' : 'HEAD' }));
    answers.push(await anna.raw({ path, headers: { 'if-none-match': '*' } }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const limited = answers[6];
    if (limited === undefined) return expect.unreachable();
    const { 'retry-after': retryAfter = '', ratelimit, 'ratelimit-policy': policy, ...rest } = stableHeaders(limited);
    expect(retryAfter).toMatch(/^[12]$/);
    expect(ratelimit).toBe(`"attachment-downloads";r=0;t=${retryAfter}`);
    expect(policy).toBe('"attachment-downloads";q=5;w=2');
    expect(rest).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
    expect(JSON.parse(limited.body.toString()).error.code).toBe('RATE_LIMITED');
    // Another user is counted apart.
    expect((await (await server.as('sofia')).raw({ path })).status).toBe(200);
    await eventually(async () => (await anna.raw({ path })).status === 200, 'the window passes');
  });

  it('is shared by two instances of one installation', async () => {
    const { startTestServer } = await import('#tests/support/test-server.ts');
    const env = {
      SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '5',
      SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS: '60',
    };
    const shared = { database: server.database, dataDir: server.dataDir, env };
    const [one, other] = [await startTestServer(shared), await startTestServer(shared)];
    try {
      const { path } = await sendFile(await one.as('boris'), { bytes: 'x', name: 'x.txt' });
      const statuses = [];
      for (let i = 0; i < 7; i += 1) {
        statuses.push((await (await (i % 2 === 0 ? one : other).as('boris')).raw({ path })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    } finally {
      await one.close();
      await other.close();
    }
  });
});

describe('the cap on open downloads', () => {
  const server = useServer({ env: { SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: '3' } });

  it('refuses one more with 429, still answers 304 and HEAD, and counts per user', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: noisePng(30_000_000), name: 'large.png' });
    const open = await Promise.all([startReading(anna, path), startReading(anna, path), startReading(anna, path)]);
    expect(await readMetric(anna, 'support_chat_attachment_downloads_open')).toBe(3);

    const refused = await anna.raw({ path });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"attachment-downloads-open";q=3',
      ratelimit: '"attachment-downloads-open";r=0;t=1',
    });
    expect((await anna.raw({ path, headers: { 'if-none-match': '*' } })).status).toBe(304);
    expect((await anna.raw({ path, method: 'HEAD' })).status).toBe(200);
    expect((await (await server.as('sofia')).raw({ path, headers: { range: 'bytes=0-9' } })).status).toBe(206);

    open[0]?.destroy();
    await eventually(async () => (await anna.raw({ path, headers: { range: 'bytes=0-9' } })).status === 206, 'a slot');
    for (const response of open) response.destroy();
    const isFree = async () => (await readMetric(anna, 'support_chat_attachment_downloads_open')) === 0;
    await eventually(isFree, 'every slot is free');
  });
});

/** Reads the head of the answer and no byte of its body. */
function startReading(client: TestClient, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${client.url}${path}`, { headers: { cookie: client.cookie ?? '' }, agent: false }, (response) => {
      response.on('error', () => {});
      resolve(response);
    }).on('error', reject);
  });
}
