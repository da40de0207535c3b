import { describe, expect, it } from 'vitest';
import { filePart, multipart, postBody } from '#tests/support/multipart.ts';
import { openDialog } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer();

const foreign: [string, Record<string, string>][] = [
  ['Origin of another site', { origin: 'https://evil.example' }],
  ['Origin null, as of a sandboxed frame', { origin: 'null' }],
  ['Origin of another port', { origin: 'http://127.0.0.1:1' }],
  ['Origin of a name that begins as ours', { origin: 'http://127.0.0.1.evil.example' }],
  ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
];

describe('T26 a cross-site request', () => {
  it.each(foreign)('with %s gets 403 on every mutation and changes nothing', async (_, headers) => {
    const anna = await server.as('anna');
    const dialogId = await openDialog(anna);
    const count = () => server.database.prisma.chatMessage.count();
    const before = await count();
    const json = JSON.stringify({ dialogId, text: 'forged' });
    const attempts: [string, Record<string, string>, string][] = [
      ['/api/trpc/supportChat.sendMessage', { 'content-type': 'application/json' }, json],
      ['/api/trpc/supportChat.sendMessage', { 'content-type': 'text/plain' }, json],
      ['/api/trpc/supportChat.sendMessage', { 'content-type': 'application/x-www-form-urlencoded' }, `${json}=`],
      ['/api/trpc/supportChat.sendMessage?batch=1', { 'content-type': 'application/json' }, `{"0":${json}}`],
      ['/api/auth/sign-out', { 'content-type': 'application/json' }, '{}'],
      ['/api/auth/update-user', { 'content-type': 'application/json' }, '{"name":"forged"}'],
    ];
    for (const [path, type, body] of attempts) {
      const answer = await anna.raw({ method: 'POST', path, headers: { ...type, ...headers }, body });
      expect([answer.status, JSON.parse(answer.body.toString()).error.code], path).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    }
    expect((await postBody(anna, multipart([filePart()]), headers)).status).toBe(403);
    expect(await count()).toBe(before);
    expect((await anna.fetch('/api/auth/get-session')).status).toBe(200);
    expect(await anna.query('supportChat.userListDialogs')).toBeTruthy();
  });

  it('cannot mutate by GET, nor by a method override in a header or the address', async () => {
    const anna = await server.as('anna');
    const before = await server.database.prisma.chatMessage.count();
    const input = encodeURIComponent(JSON.stringify({ initialMessage: 'forged' }));
    const path = `/api/trpc/supportChat.createDialog?input=${input}`;
    for (const [address, headers] of [
      [path, {}],
      [path, { 'x-http-method-override': 'POST' }],
      [`${path}&_method=POST`, {}],
    ] as const) {
      const answer = await anna.raw({ path: address, headers: { 'sec-fetch-site': 'cross-site', ...headers } });
      expect(answer.status).toBe(405);
    }
    expect((await anna.raw({ path: '/api/auth/sign-out' })).status).toBe(404);
    expect(await server.database.prisma.chatMessage.count()).toBe(before);
  });

  it('gets no CORS header, neither on a preflight nor on a response', async () => {
    const anna = await server.as('anna');
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    for (const path of [
      '/api/trpc/supportChat.sendMessage',
      '/api/support-chat/uploads',
      '/api/auth/sign-in/email',
      '/api/support-chat/attachments/a/b',
      '/api/support-chat/events',
    ]) {
      const answer = await anna.raw({ method: 'OPTIONS', path, headers });
      const read = await anna.raw({
        path,
        headers: { origin: headers.origin, accept: 'application/json' },
        method: 'HEAD',
      });
      for (const { rawHeaders } of [answer, read]) {
        expect(
          rawHeaders.filter((field) => /^access-control-allow/i.test(field)),
          path,
        ).toEqual([]);
      }
    }
  });

  it('from our own pages, or from programs without an Origin, is accepted', async () => {
    const anna = await server.as('anna');
    const own: Record<string, string>[] = [
      {},
      { origin: server.url },
      { origin: server.url, 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of own) {
      const answer = await anna.raw({
        ...{ method: 'POST', path: '/api/trpc/supportChat.createDialog' },
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ initialMessage: 'mine' }),
      });
      expect(answer.status).toBe(200);
    }
  });
});
