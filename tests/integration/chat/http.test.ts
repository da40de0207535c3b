import { describe, expect, it } from 'vitest';
import type { ChatEvents } from '#features/support-chat/_api/types.ts';
import { people } from '#tests/support/people.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';
import { openEventStream } from './event-stream.ts';

type Sent = { message: ChatEvents['message.created']['message'] };
type Begun = { dialogId: string; firstMessageId: string };

const begin = (client: TestClient, initialMessage = 'Hello') =>
  client.mutate<Begun>('supportChat.createDialog', { initialMessage });

describe('the API over HTTP', () => {
  const server = useServer();

  it('takes a conversation with files in both directions', async () => {
    const [anna, sofia] = [await server.as('anna'), await server.as('sofia')];
    const staged = await anna.upload({ bytes: 'my order', name: 'заказ.txt', type: 'text/plain' });
    const { dialogId } = await anna.mutate<Begun>('supportChat.createDialog', {
      initialMessage: 'See the file',
      attachments: [{ attachmentId: staged.id }],
    });
    const answer = await sofia.upload({ bytes: 'our answer', name: 'answer.txt', type: 'text/plain', dialogId });
    const { message } = await sofia.mutate<Sent>('supportChat.sendMessage', {
      dialogId,
      attachments: [{ attachmentId: answer.id }],
    });
    const opened = await anna.fetch(message.attachments[0]?.url ?? '');
    expect([opened.status, await opened.text()]).toEqual([200, 'our answer']);
    const { items } = await anna.query<{ items: Sent['message'][] }>('supportChat.userGetMessages', { dialogId });
    expect(items.map(({ attachments }) => attachments[0]?.name)).toEqual(['заказ.txt', 'answer.txt']);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('knows no %s', async (method) => {
    const anna = await server.as('anna');
    const answer = await anna.raw({ method, path: '/api/trpc/supportChat.userListDialogs' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('lists dialogs also when a call brings no input, since no field of it must be there', async () => {
    const [anna, sofia] = [await server.as('anna'), await server.as('sofia')];
    const { dialogId } = await begin(anna);
    for (const [client, list] of [[anna, 'userListDialogs'] as const, [sofia, 'staffListDialogs'] as const]) {
      const response = await client.fetch(`/api/trpc/supportChat.${list}`);
      const body = await response.text();
      expect([response.status, body.includes(dialogId)]).toEqual([200, true]);
    }
    expect((await anna.fetch('/api/trpc/supportChat.userGetMessages')).status).toBe(400);
  });

  it('takes a few calls in one request, and not a thousand', async () => {
    const anna = await server.as('anna');
    const ask = (calls: number) =>
      anna.fetch(`/api/trpc/${Array.from({ length: calls }, () => 'supportChat.userListDialogs').join(',')}?batch=1`);
    const few = await ask(20);
    expect([few.status, (await few.json()).length]).toEqual([200, 20]);
    expect((await ask(21)).status).toBe(400);
  });

  it('takes a moment that no calendar of the database has for bad input', async () => {
    const anna = await server.as('anna');
    const { dialogId } = await begin(anna);
    const refused = { code: 'BAD_REQUEST' };
    const at = '0000-06-01T00:00:00Z';
    await expect(anna.query('supportChat.messagesAround', { dialogId, at })).rejects.toMatchObject(refused);
    const cursor = Buffer.from(JSON.stringify(['messages', -8.64e15, 'x'])).toString('base64url');
    await expect(anna.query('supportChat.userGetMessages', { dialogId, cursor })).rejects.toMatchObject(refused);
  });

  it('tells nothing of its inside in an error, and the same to those whom a dialog does not concern', async () => {
    const { dialogId } = await begin(await server.as('anna'));
    const ask = async (client: TestClient, id: string) => {
      const input = encodeURIComponent(JSON.stringify({ dialogId: id }));
      const response = await client.fetch(`/api/trpc/supportChat.userGetMessages?input=${input}`);
      return { status: response.status, body: await response.text() };
    };
    const foreign = await ask(await server.as('boris'), dialogId);
    const missing = await ask(await server.as('boris'), '00000000-0000-4000-8000-000000000000');
    expect(foreign).toEqual(missing);
    expect(foreign.status).toBe(404);
    expect((await ask(server.anonymous(), dialogId)).status).toBe(401);
    const invalid = await ask(await server.as('boris'), '');
    for (const { body } of [foreign, invalid]) expect(body).not.toMatch(/stack|\.ts|node_modules|SELECT|prisma/i);
    expect(invalid.status).toBe(400);
    expect(JSON.parse(invalid.body).error.message).toBe('dialogId: not an id');
  });

  it('takes inline files of 1 MiB, and nothing larger', async () => {
    const anna = await server.as('anna');
    const file = (size: number) => {
      const bytes = Buffer.alloc(size, 'x');
      return { filename: 'x.txt', mimeType: 'text/plain', sizeBytes: size, base64: bytes.toString('base64') };
    };
    const send = (size: number) => anna.mutate<Begun>('supportChat.createDialog', { attachments: [file(size)] });
    expect((await send(1024 * 1024)).dialogId).toBeTruthy();
    await expect(send(1024 * 1024 + 1)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
  });
});

describe('events over HTTP', () => {
  const server = useServer();
  const listen = (client: TestClient) =>
    openEventStream(`${server.url}/api/support-chat/events`, { cookie: client.cookie ?? '' });

  it('need a session', async () => {
    const response = await server.anonymous().fetch('/api/support-chat/events');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHORIZED' } });
  });

  it('bring a message to the other side within a second', async () => {
    const stream = await listen(await server.as('sofia'));
    await stream.next('connected');
    const { firstMessageId } = await begin(await server.as('anna'));
    const began = Date.now();
    expect((await stream.next('message.created')).data.message.id).toBe(firstMessageId);
    expect(Date.now() - began).toBeLessThan(1000);
    stream.close();
  });

  it('end at once after signing out, when something happens', async () => {
    const boris = await TestClient.signIn(server.url, people.boris.email);
    const stream = await listen(boris);
    await stream.next('connected');
    const again = await server.as('boris');
    const signedOut = await boris.fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(signedOut.status).toBe(200);
    await begin(again, 'after');
    await stream.ended;
    expect(stream.events.map(({ name }) => name)).toEqual(['connected']);
  });

  it('of staff stop with their permission, taken away by an admin', async () => {
    const [admin, anna] = [await server.as('admin'), await server.as('anna')];
    const stream = await listen(await server.as('sofia'));
    await stream.next('connected');
    const userId = people.sofia.id;
    await admin.mutate('people.setCanManageSupportChats', { userId, value: false });
    await begin(anna, 'while away');
    const sofia = await server.as('sofia');
    await expect(sofia.query('supportChat.staffListDialogs')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await admin.mutate('people.setCanManageSupportChats', { userId, value: true });
    const { firstMessageId } = await begin(anna, 'back again');
    const told = await stream.next('message.created');
    expect(told.data.message.id).toBe(firstMessageId);
    stream.close();
  });
});
