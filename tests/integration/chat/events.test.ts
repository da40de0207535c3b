import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SupportChat } from '#features/support-chat/module.ts';
import { runRoute } from '#server/http/run-route.ts';
import { eventsRoute } from '#server/routes/events-route.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { createLog } from '#shared/log/log.ts';
import { type PersonName, people } from '#tests/support/people.ts';
import { actorOf, type ChatHarness, useChat } from './chat-harness.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

function sessionOf(cookie: string) {
  const [name, sessionToken] = cookie.split('=');
  if (!sessionToken) throw new ChatError('UNAUTHORIZED', 'Sign in first.');
  return { sessionToken, actor: actorOf(name as PersonName) };
}

/** Two processes of one installation, each with its streams and its port. */
function useEventServers(chat: () => ChatHarness) {
  const servers: { server: Server; events: SupportChat['events']; url: string }[] = [];
  const streams: EventStream[] = [];

  beforeAll(async () => {
    for (const harness of [chat(), chat().withSettings({})]) {
      const { events } = harness.chat;
      await events.start();
      const route = eventsRoute(events, { requireSession: async (cookie = '') => sessionOf(cookie) });
      const server = createServer((request, response) => {
        const exchange = { request, response, path: '', clientAddress: '', acceptBody: () => {} };
        void runRoute(route, true, exchange, createLog('silent'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push({ server, events, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    }
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(async () => {
    for (const { server, events } of servers) {
      await events.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  return {
    streams: (index = 0) => servers[index]?.events.streams ?? expect.unreachable(),
    /** A session of that person, and a stream opened with it. */
    async open(name: PersonName, { process = 0, lastEventId }: { process?: number; lastEventId?: string } = {}) {
      const token = randomUUID();
      const expiresAt = new Date(Date.now() + 60_000);
      await chat().database.prisma.session.create({ data: { userId: people[name].id, token, expiresAt } });
      const headers = { cookie: `${name}=${token}`, ...(lastEventId && { 'last-event-id': lastEventId }) };
      const stream = await openEventStream(servers[process]?.url ?? '', headers);
      streams.push(stream);
      if (stream.status === 200) await stream.next('connected');
      return { stream, token };
    },
    get url() {
      return servers[0]?.url ?? '';
    },
  };
}

const LIMITS = { heartbeatSeconds: 0.3, maxStreamsPerUser: 4, maxReplayedEvents: 5 };

describe('the event stream', () => {
  const chat = useChat({}, LIMITS);
  const servers = useEventServers(chat);

  it('tells the other side of a message within a second, in another process too', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream: sofia } = await servers.open('sofia', { process: 1 });
    const { stream: anna } = await servers.open('anna');
    const began = Date.now();
    const { message } = await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'Hello?' });
    expect((await sofia.next('message.created')).data).toEqual({ dialogId, message });
    expect((await anna.next('message.created')).data).toEqual({ dialogId, message });
    expect(Date.now() - began).toBeLessThan(1000);
  });

  it('tells of new dialogs, edits, deletions and read marks', async () => {
    const { stream: sofia } = await servers.open('sofia');
    const { dialogId, firstMessageId } = await chat().as('anna').supportChat.createDialog({ initialMessage: 'a' });
    expect((await sofia.next('dialog.created')).data).toEqual({ dialogId });
    expect((await sofia.next('message.created')).data).toMatchObject({ message: { id: firstMessageId } });
    await chat().as('anna').supportChat.editMessage({ messageId: firstMessageId, text: 'b' });
    expect((await sofia.next('message.updated')).data).toMatchObject({ message: { text: 'b' } });
    const { readAt } = await chat()
      .as('admin')
      .supportChat.markDialogRead({ dialogId, lastReadMessageId: firstMessageId });
    expect((await sofia.next('read.updated')).data).toEqual({
      dialogId,
      readerType: 'STAFF',
      lastReadMessageId: firstMessageId,
      readAt,
    });
    await chat().as('anna').supportChat.deleteMessage({ messageId: firstMessageId });
    expect((await sofia.next('message.updated')).data).toMatchObject({ message: { text: null, attachments: [] } });
  });

  it('says nothing of dialogs the caller may not see, not even a name', async () => {
    const dialogId = await chat().openDialog('anna');
    const strangers = [await servers.open('boris'), await servers.open('nikita')];
    const { stream: sofia } = await servers.open('sofia');
    await chat().as('anna').supportChat.typing({ dialogId });
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'secret' });
    await chat().stage('anna');
    const own = await chat().openDialog('boris');
    await sofia.next('message.created', (data) => data.message.dialogId === own);
    const [boris, nikita] = strangers.map(({ stream }) => stream);
    await boris?.next('message.created');
    const conversationsTold = boris?.events.flatMap(({ data }) => ('dialogId' in data ? [data.dialogId] : []));
    expect(new Set(conversationsTold)).toEqual(new Set([own]));
    expect(nikita?.events.map(({ name }) => name)).toEqual(['connected']);
  });

  it('tells the others who is typing, and keeps nothing of it', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream: anna } = await servers.open('anna');
    const { stream: sofia } = await servers.open('sofia', { process: 1 });
    const before = await chat().database.prisma.supportEvent.count();
    await chat().as('sofia').supportChat.typing({ dialogId });
    expect((await anna.next('typing')).data).toEqual({ dialogId, senderType: 'STAFF', name: 'Sofia' });
    await chat().as('anna').supportChat.typing({ dialogId });
    expect((await sofia.next('typing')).data).toEqual({ dialogId, senderType: 'USER', name: 'Anna' });
    expect(sofia.events.filter(({ name }) => name === 'typing')).toHaveLength(1);
    expect(await chat().database.prisma.supportEvent.count()).toBe(before);
  });

  it('tells nothing more once the permission or the session is gone, however it went', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream: sofia } = await servers.open('sofia');
    const { stream: annaHere, token } = await servers.open('anna');
    const { stream: annaThere } = await servers.open('anna', { process: 1 });
    const setPermission = (canManageSupportChats: boolean) =>
      chat().database.prisma.staffPermission.update({
        where: { userId: people.sofia.id },
        data: { canManageSupportChats },
      });
    await setPermission(false);
    await chat().database.prisma.session.delete({ where: { token } });
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'after' });
    await annaThere.next('message.created');
    await annaHere.ended;
    expect(annaHere.events.map(({ name }) => name)).toEqual(['connected']);
    await setPermission(true);
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'again' });
    await sofia.next('message.created');
    // Who comes and goes is told once a second, which may fall into this test.
    const ofConversations = sofia.events.map(({ name }) => name).filter((name) => name !== 'presence.updated');
    expect(ofConversations).toEqual(['connected', 'message.created']);
  });

  it('ends a quiet stream soon after its session expired', async () => {
    const { stream, token } = await servers.open('boris');
    await chat().database.prisma.session.update({ where: { token }, data: { expiresAt: new Date(0) } });
    await stream.ended;
    expect(stream.heartbeats).toBeLessThan(4);
  });

  it('resumes after Last-Event-ID with exactly what was missed, in order', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream: first } = await servers.open('anna');
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: '1' });
    // The dialog's own first message may still be on its way when the stream opens.
    const seen = await first.next('message.created', (data) => data.message.text === '1');
    first.close();
    for (const text of ['2', '3']) await chat().as('anna').supportChat.sendMessage({ dialogId, text });
    await chat().openDialog('boris');
    const { stream: second } = await servers.open('anna', { process: 1, lastEventId: seen.id });
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: '4' });
    await second.next('message.created', (data) => data.message.text === '4');
    const texts = second.events.flatMap(({ data }) => ('message' in data ? [data.message.text] : []));
    expect(texts).toEqual(['2', '3', '4']);
    const ids = second.events.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it.each([
    ['from the future', '999999999'],
    ['older than what is kept', '1'],
  ])('says reset to a Last-Event-ID %s', async (_, lastEventId) => {
    const dialogId = await chat().openDialog('anna');
    if (lastEventId === '1') await chat().database.prisma.supportEvent.deleteMany({ where: { id: { lte: 5 } } });
    const { stream } = await servers.open('anna', { lastEventId });
    expect(stream.events[0]?.data).toMatchObject({ reset: true });
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'on' });
    await stream.next('message.created');
  });

  it('says reset when more was missed than is replayed, and ignores an id that is none', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream } = await servers.open('anna');
    const lastEventId = stream.events[0]?.id ?? '';
    for (let i = 0; i < 6; i++)
      await chat()
        .as('anna')
        .supportChat.sendMessage({ dialogId, text: `${i}` });
    const { stream: late } = await servers.open('anna', { lastEventId });
    expect(late.events[0]?.data).toMatchObject({ reset: true });
    const { stream: odd } = await servers.open('anna', { lastEventId: 'x; DROP' });
    expect(odd.events[0]?.data).not.toHaveProperty('reset');
  });

  it('misses no event of transactions that commit out of turn', async () => {
    const conversationIds = await Promise.all(Array.from({ length: 8 }, () => chat().openDialog('anna')));
    const { stream } = await servers.open('sofia', { process: 1 });
    const sends = conversationIds.flatMap((dialogId) =>
      [1, 2, 3].map((i) =>
        chat()
          .as('anna')
          .supportChat.sendMessage({ dialogId, text: `${i}` }),
      ),
    );
    await Promise.all(sends);
    await chat().openDialog('boris', 'last');
    await stream.next('message.created', (data) => data.message.text === 'last');
    // First messages of the dialogs may still have been on their way when the stream opened.
    const texts = stream.events.flatMap(({ data }) => ('message' in data ? [data.message.text ?? ''] : []));
    expect(texts.filter((text) => /^[123]$|^last$/.test(text))).toHaveLength(25);
  });

  it('catches up after the listening connection was cut', async () => {
    const dialogId = await chat().openDialog('anna');
    const { stream } = await servers.open('sofia');
    await chat().database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'attache-events' AND datname = current_database()`,
    );
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'meanwhile' });
    await stream.next('message.created', (data) => data.message.text === 'meanwhile');
  });

  it('holds one listening connection per process, however many streams', async () => {
    await Promise.all(['anna', 'boris', 'sofia'].map((name) => servers.open(name as PersonName)));
    const listening = async () => {
      const { rows } = await chat().database.pool.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'attache-events' AND datname = current_database()`,
      );
      return Number(rows[0]?.count);
    };
    // The connection of the other server may still be on its way.
    await expect.poll(listening).toBe(2);
    expect(servers.streams().openStreams).toBe(3);
  });

  it('is refused without a session, to other methods, and beyond the cap of a user', async () => {
    expect((await fetch(servers.url)).status).toBe(401);
    const token = randomUUID();
    expect((await fetch(servers.url, { method: 'POST', headers: { cookie: `anna=${token}` } })).status).toBe(405);
    for (let i = 0; i < LIMITS.maxStreamsPerUser; i++) await servers.open('boris');
    const { stream: refused } = await servers.open('boris');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await servers.open('anna')).stream.status).toBe(200);
  });

  it('frees its place when the client leaves', async () => {
    const opened = [];
    for (let i = 0; i < LIMITS.maxStreamsPerUser; i++) opened.push(await servers.open('boris'));
    for (const { stream } of opened) stream.close();
    await expect.poll(() => servers.streams().hasRoomFor(people.boris.id)).toBe(true);
    expect((await servers.open('boris')).stream.status).toBe(200);
  });

  it('is kept out of caches and buffers, beats, and says when to come back', async () => {
    const { stream } = await servers.open('anna');
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.retryMs).toBeGreaterThan(0);
    await expect.poll(() => stream.heartbeats, { timeout: 5000 }).toBeGreaterThan(1);
  });

  it('says connected in its first frame, whatever else stands in it', async () => {
    const { stream } = await servers.open('anna');
    expect(stream.frames[0]).toMatch(/^retry: \d+\nid: \d+\nevent: connected\ndata: /);
  });

  it('forgets events after a day', async () => {
    const repository = chat().chat.entities.events;
    await chat().openDialog('anna');
    const where = { createdAt: { lt: new Date(Date.now() - 3_600_000) } };
    await chat().database.prisma.supportEvent.create({
      data: { type: 'dialog.created', dialogId: 'x', createdAt: new Date(0) },
    });
    await repository.deleteOlderThan(new Date(Date.now() - 3_600_000));
    expect(await chat().database.prisma.supportEvent.count({ where })).toBe(0);
    expect(await chat().database.prisma.supportEvent.count()).toBeGreaterThan(0);
  });
});

describe('a server that closes its streams', () => {
  const chat = useChat();
  const servers = useEventServers(chat);

  it('ends its streams and takes no new ones', async () => {
    const { stream } = await servers.open('anna');
    servers.streams().closeAll();
    await stream.ended;
    expect((await servers.open('anna')).stream.status).toBe(429);
    expect((await servers.open('anna', { process: 1 })).stream.status).toBe(200);
  });
});
