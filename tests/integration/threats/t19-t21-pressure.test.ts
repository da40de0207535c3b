import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, noisePng, openDescriptors, readMetric, sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const MANY = { SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '100000' };

describe('T19 hostile ranges', () => {
  const server = useServer({ env: MANY });
  const SIZE = 2_000_000;

  it.each([
    ['thousands of single bytes', Array.from({ length: 1500 }, (_, i) => `${i * 3}-${i * 3}`).join(','), 200],
    ['thousands of the same range', Array.from({ length: 3000 }, () => '0-0').join(','), 206],
    ['overlapping ranges from the start', Array.from({ length: 1200 }, (_, i) => `0-${i}`).join(','), 206],
    ['overlapping ranges to the end', Array.from({ length: 2000 }, (_, i) => `${i}-`).join(','), 200],
    ['huge numbers', `${'9'.repeat(4000)}-${'9'.repeat(4000)}`, 416],
    ['a huge suffix', `-${'9'.repeat(8000)}`, 206],
    ['numbers beyond 64 bits', '18446744073709551616-18446744073709551617', 416],
    ['commas alone', ','.repeat(10_000), 200],
    ['negative zeros', '--0,-0-0', 200],
  ])('%s are answered at once, and the server serves on', async (_, ranges, status) => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: noisePng(SIZE), name: 'p.png' });
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    for (let i = 0; i < 20; i += 1) {
      const answer = await anna.raw({ path, headers: { range: `bytes=${ranges}` } });
      expect(answer.status).toBe(status);
      expect(answer.body.length).toBeLessThanOrEqual(SIZE);
    }
    // Generous, for a machine under load: quadratic work would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    expect((await anna.raw({ path, headers: { range: 'bytes=0-0' } })).status).toBe(206);
  });

  it('thousands of separate ranges get the whole file, as any more than eight do', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: noisePng(SIZE), name: 'p.png' });
    const ranges = Array.from({ length: 5_000 }, (_, i) => `${i * 2}-${i * 2}`).join(',');
    const answer = await anna.raw({ path, headers: { range: `bytes=${ranges}` } });
    expect([answer.status, answer.body.length]).toEqual([200, SIZE]);
  });

  it('a header too long for any server gets 431 before it is parsed as a range', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: 'x', name: 'x.txt' });
    const answer = await anna.raw({ path, headers: { range: `bytes=${'0-0,'.repeat(20_000)}` } });
    expect(answer.status).toBe(431);
  });
});

describe('T20 downloads opened and dropped', () => {
  const server = useServer({ env: { ...MANY, SUPPORT_CHAT_ATTACHMENT_MAX_CONCURRENT_DOWNLOADS: '50' } });

  it('five hundred of them leave no descriptor, socket, slot or memory behind', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: noisePng(5_000_000), name: 'p.png' });
    const drop = () =>
      new Promise<void>((resolve) => {
        const headers = { cookie: anna.cookie ?? '', range: 'bytes=10-' };
        const request = get(`${server.url}${path}`, { headers, agent: false }, (response) => {
          response.on('error', () => {}).once('data', () => request.destroy());
        });
        request.on('error', () => {}).on('close', () => resolve());
      });
    const round = async (count: number) => {
      for (let i = 0; i < count; i += 25) await Promise.all(Array.from({ length: 25 }, drop));
    };
    await round(100);
    const before = process.memoryUsage().rss;
    await round(500);
    const open = () => readMetric(anna, 'support_chat_attachment_downloads_open');
    await eventually(async () => (await open()) === 0, 'every slot is free');
    await eventually(async () => (await openDescriptors(server.storageDir)) === 0, 'every descriptor is closed');
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect((await anna.raw({ path })).body.length).toBe(5_000_000);
  });
});

describe('T21 rotating X-Forwarded-For', () => {
  const limited = {
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '5',
    SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS: '600',
  };
  const server = useServer({ env: limited });
  const behindProxy = useServer({ env: { ...limited, TRUSTED_PROXIES: '127.0.0.0/8, ::1' } });
  const address = (i: number) => `203.0.113.${i}`;

  it('does not change the client address, whatever header carries it', async () => {
    const anna = await server.as('anna');
    const { path } = await sendFile(anna, { bytes: 'x', name: 'x.txt' });
    const statuses = [];
    for (let i = 0; i < 8; i += 1) {
      const headers = {
        'x-forwarded-for': address(i),
        'x-real-ip': address(i),
        forwarded: `for=${address(i)}`,
        'x-client-ip': address(i),
        'cf-connecting-ip': address(i),
        'x-attache-client-address': address(i),
      };
      statuses.push((await anna.raw({ path, headers })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  });

  it('is believed from a trusted proxy only, and only the address the proxy added', async () => {
    const anna = await behindProxy.as('anna');
    const { path } = await sendFile(anna, { bytes: 'x', name: 'x.txt' });
    const status = async (forwarded: string) =>
      (await anna.raw({ path, headers: { 'x-forwarded-for': forwarded } })).status;
    for (let i = 0; i < 5; i += 1) expect(await status(`${address(i)}, 198.51.100.1`)).toBe(200);
    expect(await status(`${address(9)}, 198.51.100.1`)).toBe(429);
    expect(await status('198.51.100.2')).toBe(200);
  });

  it('does not evade the limit on guessing passwords', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 70 && statuses.at(-1) !== 429; i += 1) {
      const answer = await server.anonymous().raw({
        method: 'POST',
        path: '/api/auth/sign-in/email',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': address(i),
          'x-attache-client-address': address(i),
        },
        body: JSON.stringify({ email: `${randomUUID()}@demo.test`, password: 'a wrong password' }),
      });
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });
});
