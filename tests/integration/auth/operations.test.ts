import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { filePart, multipart, openUpload, postBody } from '#tests/support/multipart.ts';
import { eventually, readMetric, sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

describe('/api/metrics', () => {
  const server = useServer();

  it('counts answers, bytes, durations, uploads by outcome, staged files and aborted downloads', async () => {
    const [anna, boris] = [await server.as('anna'), await server.as('boris')];
    const name = (rest: string) => `support_chat_attachment_${rest}`;
    const read = (sample: string) => readMetric(anna, name(sample));
    const { path } = await sendFile(anna, { bytes: 'twelve bytes', name: 'x.txt' });
    await anna.raw({ path });
    await anna.raw({ path, headers: { range: 'bytes=0-3' } });
    await anna.raw({ path, headers: { 'if-none-match': '*' } });
    await boris.raw({ path });
    await server.anonymous().raw({ path });
    expect(await read('downloads_total{status="200"}')).toBe(1);
    expect(await read('downloads_total{status="206"}')).toBe(1);
    expect(await read('downloads_total{status="304"}')).toBe(1);
    expect(await read('downloads_total{status="404"}')).toBe(1);
    expect(await read('downloads_total{status="401"}')).toBe(1);
    expect(await read('bytes_total')).toBe(16);
    expect(await read('duration_seconds_count')).toBe(2);
    expect(await read('duration_seconds_bucket{le="+Inf"}')).toBe(2);

    expect(await read('staged')).toBe(0);
    await postBody(anna, multipart([filePart()]));
    await postBody(anna, multipart([]));
    await postBody(anna, multipart([filePart(Buffer.from('4d5a90000300000004000000ffff0000', 'hex'))]));
    await postBody(server.anonymous(), multipart([filePart()]));
    const cut = openUpload(anna, { 'content-length': '100000' });
    cut.request.write(multipart([filePart('x'.repeat(5000))], ''), () => cut.request.destroy());
    await eventually(async () => (await read('uploads_total{result="aborted"}')) === 1, 'the cut upload is counted');
    for (const [result, count] of [
      [201, 2],
      [400, 1],
      [401, 1],
      [415, 1],
    ]) {
      expect(await read(`uploads_total{result="${result}"}`), String(result)).toBe(count);
    }
    expect(await read('staged')).toBe(1);
    expect(await read('downloads_open')).toBe(0);
    expect(await read('downloads_aborted_total')).toBe(0);
  });

  it('may be read from this machine alone while there is no token, and not through a proxy', async () => {
    const stranger = server.anonymous();
    expect((await stranger.raw({ path: '/api/metrics' })).status).toBe(200);
    const forwarded: Record<string, string>[] = [
      { 'x-forwarded-for': '203.0.113.1' },
      { forwarded: 'for=203.0.113.1' },
      { 'x-real-ip': '203.0.113.1' },
    ];
    for (const headers of forwarded) expect((await stranger.raw({ path: '/api/metrics', headers })).status).toBe(404);
  });

  it('names nobody: no id, name or address stands in a label', async () => {
    const text = await (await (await server.as('anna')).fetch('/api/metrics')).text();
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|@demo\.test|anna/i);
  });
});

describe('/api/metrics with METRICS_TOKEN', () => {
  const server = useServer({ env: { METRICS_TOKEN: 'a token of the operator' } });

  it('is read by the bearer of the token, and by nobody else', async () => {
    const status = async (headers: Record<string, string>) =>
      (await server.anonymous().raw({ path: '/api/metrics', headers })).status;
    const right = { authorization: 'Bearer a token of the operator' };
    expect(await status(right)).toBe(200);
    expect(await status({ ...right, 'x-forwarded-for': '203.0.113.1' })).toBe(200);
    for (const value of [
      '',
      'Bearer ',
      'Bearer a token of the operato',
      'bearer a token of the operator x',
      'Basic x',
    ]) {
      expect(await status({ authorization: value }), value).toBe(401);
    }
    expect((await (await server.as('admin')).raw({ path: '/api/metrics' })).status).toBe(401);
  });

  it('names the scheme it wants, and takes its name in any case', async () => {
    const refused = await server.anonymous().raw({ path: '/api/metrics' });
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(refused.body.toString())).toMatchObject({ error: { code: 'UNAUTHORIZED' } });
    const headers = { authorization: 'bearer a token of the operator' };
    expect((await server.anonymous().raw({ path: '/api/metrics', headers })).status).toBe(200);
  });
});

describe('health', () => {
  const server = useServer();

  it('/api/health and the metrics say which version runs', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    const health = await server.anonymous().fetch('/api/health');
    expect(await health.json()).toEqual({ status: 'ok', version });
    const metrics = await (await server.anonymous().fetch('/api/metrics')).text();
    expect(metrics).toContain(`attache_build_info{version="${version}"} 1`);
  });

  it.each(['/api/health', '/api/ready'])('%s is 200, is kept by nobody, and knows GET and HEAD alone', async (path) => {
    const client = server.anonymous();
    const answer = await client.raw({ path });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await client.raw({ path, method: 'HEAD' })).status).toBe(200);
    const refused = await client.raw({ path, method: 'POST', body: 'x' });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('with ENABLE_SUPPORT_CHAT=false', () => {
  const server = useServer({ env: { ENABLE_SUPPORT_CHAT: 'false' } });

  it.each([
    ['GET', '/api/support-chat/attachments/a/b'],
    ['HEAD', '/api/support-chat/attachments/a/b'],
    ['POST', '/api/support-chat/uploads'],
    ['POST', '/api/support-chat/uploads/resumable'],
    ['GET', '/api/support-chat/events'],
    ['GET', '/api/trpc/supportChat.userListDialogs?input=%7B%7D'],
    ['POST', '/api/trpc/supportChat.createDialog'],
  ])('%s %s is a 404 for everybody', async (method, path) => {
    for (const client of [await server.as('anna'), await server.as('admin'), server.anonymous()]) {
      const body = method === 'POST' ? '{"initialMessage":"x"}' : undefined;
      expect(
        (await client.raw({ method, path, ...(body && { body, headers: { 'content-type': 'application/json' } }) }))
          .status,
      ).toBe(404);
    }
  });

  it('accounts and health go on', async () => {
    expect((await (await server.as('anna')).fetch('/api/auth/get-session')).status).toBe(200);
    expect((await server.anonymous().fetch('/api/ready')).status).toBe(200);
  });
});
