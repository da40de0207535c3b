import { expect, test } from 'vitest';
import type { PresenceDto } from '#features/support-chat/_api/types.ts';
import { type PersonName, people } from '../../support/people.ts';
import { openDialog } from '../../support/scene.ts';
import { useServer } from '../../support/test-server.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

const server = useServer();

async function streamOf(name: PersonName): Promise<EventStream> {
  const { cookie } = await server.as(name);
  return openEventStream(`${server.url}/api/support-chat/events`, { cookie: cookie ?? '' });
}

const askAs = async (name: PersonName, dialogId: string) =>
  (await server.as(name)).query<PresenceDto>('supportChat.presence', { dialogId });

test('each side learns that the other came and went, a customer never who of support', async () => {
  const dialogId = await openDialog(await server.as('anna'));
  expect(await askAs('anna', dialogId)).toEqual({ side: 'STAFF', userId: null, online: false, lastSeenAt: null });
  // She was there when she wrote.
  const before = await askAs('sofia', dialogId);
  expect(before).toMatchObject({ side: 'USER', userId: people.anna.id, online: false });
  expect(before.lastSeenAt).not.toBeNull();

  const anna = await streamOf('anna');
  const sofia = await streamOf('sofia');
  const supportCame = await anna.next('presence.updated');
  expect(supportCame.data).toEqual({ side: 'STAFF', userId: null, online: true, lastSeenAt: null });
  expect(await askAs('anna', dialogId)).toMatchObject({ online: true });
  expect(await askAs('sofia', dialogId)).toMatchObject({ online: true, lastSeenAt: null });

  const boris = await streamOf('boris');
  await sofia.next('presence.updated', ({ userId, online }) => userId === people.boris.id && online);
  boris.close();
  const went = await eventuallyNext(sofia);
  expect(went).toMatchObject({ side: 'USER', userId: people.boris.id, online: false });
  expect(anna.events.filter(({ name }) => name === 'presence.updated')).toHaveLength(1);
  anna.close();
  sofia.close();
});

test('staff without the permission are on neither side', async () => {
  const dialogId = await openDialog(await server.as('boris'));
  const nikita = await streamOf('nikita');
  await nikita.next('connected');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await askAs('boris', dialogId)).toMatchObject({ side: 'STAFF' });
  const error = await askAs('nikita', dialogId).catch((reason: Error) => reason.message);
  expect(error).toContain('NOT_FOUND');
  nikita.close();
});

/** Whoever closes a page is gone after a while, should it have been a reload. */
async function eventuallyNext(stream: EventStream) {
  const isGoing = ({ name, data }: EventStream['events'][number]) =>
    name === 'presence.updated' && 'online' in data && !data.online;
  await expect.poll(() => stream.events.some(isGoing), { timeout: 15_000 }).toBe(true);
  return stream.events.find(isGoing)?.data;
}
