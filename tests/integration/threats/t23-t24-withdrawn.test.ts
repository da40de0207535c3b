import { describe, expect, it } from 'vitest';
import { people } from '#tests/support/people.ts';
import { openDialog, sendFile } from '#tests/support/scene.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';
import { openEventStream } from '../chat/event-stream.ts';

const server = useServer();
const signIn = (person: keyof typeof people) => TestClient.signIn(server.url, people[person].email);

/** What a Back button, a reload and a cache ask for. */
async function statuses(client: TestClient, path: string, etag: string): Promise<number[]> {
  const questions: Record<string, string>[] = [{}, { 'if-none-match': etag }, { range: 'bytes=0-0', 'if-range': etag }];
  return Promise.all(questions.map(async (headers) => (await client.raw({ path, headers })).status));
}

async function seenFile(owner: TestClient, reader: TestClient) {
  const sent = await sendFile(owner, { bytes: 'seen once', name: 'x.txt' });
  const etag = (await reader.raw({ path: sent.path })).headers.etag ?? '';
  expect(await statuses(reader, sent.path, etag)).toEqual([200, 304, 206]);
  return { ...sent, etag };
}

describe('T23 the same address after access was withdrawn', () => {
  it('gets 401 after sign-out, for bytes, calls and uploads, while another session stays valid', async () => {
    const [anna, phone] = [await signIn('anna'), await signIn('anna')];
    const { path, etag } = await seenFile(anna, anna);
    const signedOut = await anna.fetch('/api/auth/sign-out', { method: 'POST' });
    expect(signedOut.status).toBe(200);
    expect(await statuses(anna, path, etag)).toEqual([401, 401, 401]);
    await expect(anna.query('supportChat.userListDialogs')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect((await anna.postUpload({ bytes: 'x', name: 'x.txt' })).status).toBe(401);
    expect((await anna.fetch('/api/support-chat/events')).status).toBe(401);
    expect(await statuses(phone, path, etag)).toEqual([200, 304, 206]);
  });

  it('gets 401 when the session has expired or the account is deleted', async () => {
    const anna = await server.as('anna');
    const expiring = await signIn('anna');
    const { path, etag } = await seenFile(anna, expiring);
    const token = decodeURIComponent(expiring.cookie ?? '').replace(/^[^=]+=([^.]+)\..*$/, '$1');
    const expiresAt = new Date(Date.now() - 1000);
    const { count } = await server.database.prisma.session.updateMany({ where: { token }, data: { expiresAt } });
    expect(count).toBe(1);
    expect(await statuses(expiring, path, etag)).toEqual([401, 401, 401]);
  });

  it('gets 404 as soon as the permission or the role is withdrawn', async () => {
    const { prisma } = server.database;
    const sofia = await server.as('sofia');
    const { path, etag, dialogId } = await seenFile(await server.as('anna'), sofia);
    const permission = { where: { userId: people.sofia.id } };
    await prisma.staffPermission.update({ ...permission, data: { canManageSupportChats: false } });
    expect(await statuses(sofia, path, etag)).toEqual([404, 404, 404]);
    await expect(sofia.query('supportChat.userGetMessages', { dialogId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await prisma.staffPermission.update({ ...permission, data: { canManageSupportChats: true } });
    expect(await statuses(sofia, path, etag)).toEqual([200, 304, 206]);
    await prisma.user.update({ where: { id: people.sofia.id }, data: { role: 'USER' } });
    expect(await statuses(sofia, path, etag)).toEqual([404, 404, 404]);
    await prisma.user.update({ where: { id: people.sofia.id }, data: { role: 'STAFF' } });
  });

  it('gets 404 for everybody once the message is deleted, also from the cache', async () => {
    const [anna, sofia] = [await server.as('anna'), await server.as('sofia')];
    const { path, etag, messageId } = await seenFile(anna, sofia);
    await anna.mutate('supportChat.deleteMessage', { messageId });
    for (const client of [anna, sofia, await server.as('admin')]) {
      expect(await statuses(client, path, etag)).toEqual([404, 404, 404]);
    }
  });
});

describe('T24 events of another conversation', () => {
  const listen = (client: TestClient) =>
    openEventStream(`${server.url}/api/support-chat/events`, { cookie: client.cookie ?? '' });

  it('are never sent: no message, file or typing, not even a name', async () => {
    const [anna, boris, sofia, nikita] = [
      await server.as('anna'),
      await server.as('boris'),
      await server.as('sofia'),
      await server.as('nikita'),
    ];
    const streams = { boris: await listen(boris), nikita: await listen(nikita), sofia: await listen(sofia) };
    for (const stream of Object.values(streams)) await stream.next('connected');
    const sent = await sendFile(anna, { bytes: 'x', name: 'secret-name.txt' });
    await anna.mutate('supportChat.typing', { dialogId: sent.dialogId });
    await sofia.mutate('supportChat.sendMessage', { dialogId: sent.dialogId, text: 'secret-answer' });
    await anna.mutate('supportChat.markDialogRead', { dialogId: sent.dialogId, lastReadMessageId: sent.messageId });
    await anna.mutate('supportChat.deleteMessage', { messageId: sent.messageId });
    // An event of his own comes after all of those, so they would have been here.
    await openDialog(boris, 'own words');
    await streams.boris.next('message.created');
    await streams.sofia.next('message.updated');
    expect(JSON.stringify(streams.sofia.events)).toContain('secret-name.txt');
    for (const stream of [streams.boris, streams.nikita]) {
      const told = JSON.stringify(stream.events);
      for (const word of ['secret', sent.dialogId, sent.id, 'Anna', 'Sofia']) expect(told).not.toContain(word);
    }
    expect(streams.nikita.events.map(({ name }) => name)).toEqual(['connected']);
    for (const stream of Object.values(streams)) stream.close();
  });

  it('end with the session: signing out closes the stream', async () => {
    const anna = await signIn('anna');
    const stream = await listen(anna);
    await stream.next('connected');
    await anna.fetch('/api/auth/sign-out', { method: 'POST' });
    await openDialog(await server.as('anna'), 'after the sign-out');
    await stream.ended;
    expect(JSON.stringify(stream.events)).not.toContain('after the sign-out');
  });

  it('end with the permission', async () => {
    const { prisma } = server.database;
    const sofia = await signIn('sofia');
    const stream = await listen(sofia);
    await stream.next('connected');
    const where = { userId: people.sofia.id };
    await prisma.staffPermission.update({ where, data: { canManageSupportChats: false } });
    await openDialog(await server.as('anna'), 'not for her any more');
    const watcher = await listen(await server.as('admin'));
    await watcher.next('connected');
    await openDialog(await server.as('boris'), 'nor this');
    await watcher.next('message.created');
    expect(JSON.stringify(stream.events)).not.toMatch(/not for her|nor this/);
    await prisma.staffPermission.update({ where, data: { canManageSupportChats: true } });
    for (const open of [stream, watcher]) open.close();
  });
});
