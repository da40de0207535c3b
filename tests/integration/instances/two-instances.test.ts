import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { type RedisServer, redisProgram, startRedis } from './redis-server.ts';

const LIMIT = 6;
const limits = {
  SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: String(LIMIT),
  SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_WINDOW_SECONDS: '600',
};

let database: TestDatabase;
const open: TestServer[] = [];

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(async () => {
  for (const server of open) await server.close();
  await database.close();
});

async function twoInstances(env: Record<string, string> = {}): Promise<[TestServer, TestServer]> {
  const first = await startTestServer({ database, env: { ...limits, ...env } });
  const second = await startTestServer({ database, dataDir: first.dataDir, env: { ...limits, ...env } });
  // The last one opened is closed first: it has no folder of its own to take away.
  open.unshift(first);
  open.unshift(second);
  return [first, second];
}

/** Statuses of requests for a file nobody has, in turns at both instances: a 404 counts as any other answer. */
async function askInTurns([first, second]: [TestServer, TestServer], person: 'anna' | 'boris', count: number) {
  const cookie = (await first.as(person)).cookie ?? '';
  const statuses: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const { url } = turn % 2 === 0 ? first : second;
    const response = await fetch(`${url}/api/support-chat/attachments/none/none`, { headers: { cookie } });
    statuses.push(response.status);
    await response.arrayBuffer();
  }
  return statuses;
}

const limited = [...Array.from({ length: LIMIT }, () => 404), 429, 429];

describe('two instances on one database', () => {
  it('share the rate limit of downloads through PostgreSQL', async () => {
    expect(await askInTurns(await twoInstances(), 'anna', LIMIT + 2)).toEqual(limited);
  });

  it('tell each other of messages: who listens at one hears what was sent at the other', async () => {
    const [first, second] = await twoInstances();
    const sofia = await second.as('sofia');
    const stream = await fetch(`${second.url}/api/support-chat/events`, { headers: { cookie: sofia.cookie ?? '' } });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const anna = await first.as('anna');
    const { dialogId } = await anna.mutate<{ dialogId: string }>('supportChat.createDialog', {
      initialMessage: 'Hello from the first',
    });
    let heard = '';
    while (!heard.includes('message.created')) heard += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(heard).toContain(dialogId);
  });
});

describe.skipIf(redisProgram === null)('two instances with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('share the rate limit of downloads through Redis, and each counts alone while Redis is away', async () => {
    const instances = await twoInstances({ REDIS_URL: redis.url });
    expect(await askInTurns(instances, 'boris', LIMIT + 2)).toEqual(limited);
    await redis.stop();
    // Fresh counters of their own: twice the limit in all, and still a limit.
    const alone = await askInTurns(instances, 'anna', 2 * LIMIT + 2);
    expect(alone.at(0)).toBe(404);
    expect(alone.at(-1)).toBe(429);
  });

  it('go on when Redis hangs without a word', async () => {
    const frozen = await startRedis();
    const instances = await twoInstances({ REDIS_URL: frozen.url });
    expect(await askInTurns(instances, 'boris', 2)).toEqual([404, 404]);
    frozen.freeze();
    const alone = await askInTurns(instances, 'boris', 2 * LIMIT + 2);
    expect([alone.at(0), alone.at(-1)]).toEqual([404, 429]);
    await frozen.stop();
  });
});
