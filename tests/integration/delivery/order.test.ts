import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { noisePng, type SentFile, sendFile } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

// Counters in Redis (here: away, so each process counts alone), as decision 002 has it, leave one statement a request.
const server = useServer({
  env: { REDIS_URL: 'redis://127.0.0.1:1', SUPPORT_CHAT_ATTACHMENT_RATE_LIMIT_MAX: '40', STORAGE_CACHE_BYTES: '0' },
});
let photo: SentFile;
let statements: MockInstance;
let opened: MockInstance;

beforeAll(async () => {
  photo = await sendFile(await server.as('anna'), { bytes: noisePng(5000), name: 'photo.png' });
  // The first request of a session makes it known.
  for (const person of ['anna', 'boris'] as const) await (await server.as(person)).raw({ path: photo.path });
});

beforeEach(() => {
  // Every statement of the process passes here, whichever pool it comes from.
  statements = vi.spyOn(pg.Client.prototype, 'query');
  opened = vi.spyOn(server.running.composition.storages.current, 'open');
});
afterEach(() => vi.restoreAllMocks());

/** Setting up a connection, and the record of who opened what, which is written about once a second. */
const IN_THE_BACKGROUND = /^\s*(SET |INSERT INTO "ChatAttachmentAccess")/;

const counted = () => {
  const texts = statements.mock.calls.map(([query]) => String(typeof query === 'string' ? query : query.text));
  return [texts.filter((text) => !IN_THE_BACKGROUND.test(text)).length, opened.mock.calls.length];
};
type Asked = { method?: string; headers?: Record<string, string>; path?: string };

async function ask(asked: Asked, person: 'anna' | 'boris' = 'anna') {
  return (await server.as(person)).raw({ path: photo.path, ...asked });
}

describe('a request', () => {
  it.each<[string, Asked, number, number, number]>([
    ['GET', {}, 200, 1, 1],
    ['of one range', { headers: { range: 'bytes=5-9' } }, 206, 1, 1],
    ['of two ranges', { headers: { range: 'bytes=5-9,20-30' } }, 206, 1, 2],
    ['HEAD', { method: 'HEAD' }, 200, 1, 0],
    ['that is answered 304', { headers: { 'if-none-match': '*' } }, 304, 1, 0],
    ['that is answered 412', { headers: { 'if-match': '"x"' } }, 412, 1, 0],
    ['that is answered 416', { headers: { range: 'bytes=5000-' } }, 416, 1, 0],
    ['of a file without that rendition', { path: '?variant=preview' }, 404, 1, 0],
    ['of an unknown variant', { path: '?variant=huge' }, 404, 1, 0],
    ['of another method', { method: 'DELETE' }, 405, 0, 0],
    ['without a session', { headers: { cookie: '' } }, 401, 0, 0],
    ['with a cookie that is not signed', { headers: { cookie: 'better-auth.session_token=a.b' } }, 401, 0, 0],
  ])('%s costs the expected statements and opens the expected objects', async (_, asked, status, sql, opens) => {
    const path = `${photo.path}${asked.path ?? ''}`;
    expect((await ask({ ...asked, path })).status).toBe(status);
    expect(counted()).toEqual([sql, opens]);
  });

  it('of a stranger costs the same statement, and opens nothing', async () => {
    for (const path of [photo.path, photo.path.replace(/.$/, 'x'), '/api/support-chat/attachments/a/%00']) {
      statements.mockClear();
      expect((await ask({ path }, 'boris')).status).toBe(404);
      expect(counted()).toEqual([1, 0]);
    }
  });

  it('is one prepared statement: session, user, permission, dialog and attachment together', async () => {
    await ask({});
    const [query] = statements.mock.calls[0] ?? [];
    expect(query).toMatchObject({ name: 'find-deliverable-table' });
    for (const table of ['Session', 'User', 'StaffPermission', 'ChatDialog', 'ChatAttachment']) {
      expect(String(query.text)).toContain(`"${table}"`);
    }
  });

  it('over the rate limit costs no statement and opens nothing', async () => {
    let status = 0;
    for (let i = 0; i < 60 && status !== 429; i += 1) status = (await ask({})).status;
    statements.mockClear();
    opened.mockClear();
    const answer = await ask({});
    expect(answer.status).toBe(429);
    expect(counted()).toEqual([0, 0]);
    // The method comes before the limit, and strangers have limits of their own.
    expect((await ask({ method: 'PUT' })).status).toBe(405);
    expect((await ask({}, 'boris')).status).toBe(404);
  });
});
