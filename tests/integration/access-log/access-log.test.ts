import { describe, expect, test } from 'vitest';
import type { AttachmentAccessPageDto } from '#features/support-chat/_api/types.ts';
import type { PersonName } from '../../support/people.ts';
import { people } from '../../support/people.ts';
import { eventually, type SentFile, sendFile } from '../../support/scene.ts';
import { TrpcRefusal } from '../../support/test-client.ts';
import { useServer } from '../../support/test-server.ts';

const server = useServer();

async function open(name: PersonName, path: string, init: RequestInit = {}): Promise<number> {
  const answer = await (await server.as(name)).fetch(path, init);
  await answer.arrayBuffer();
  return answer.status;
}

async function recordOf(name: PersonName, input: object): Promise<string[]> {
  const page = await (await server.as(name)).query<AttachmentAccessPageDto>('supportChat.listAttachmentAccess', input);
  return page.items.map(
    (line) => `${typeof line.user === 'string' ? line.user : line.user.name} ${line.action} ${line.name}`,
  );
}

async function untilRecorded({ id }: SentFile, count: number): Promise<void> {
  const { chatAttachmentAccess } = server.database.prisma;
  await eventually(
    async () => (await chatAttachmentAccess.count({ where: { attachmentId: id } })) >= count,
    `${count}`,
  );
}

async function refusalOf(name: PersonName, input: object): Promise<string> {
  const error = await recordOf(name, input).catch((reason: unknown) => reason);
  return error instanceof TrpcRefusal ? error.code : 'none';
}

describe('the record of openings', () => {
  test('has views and downloads, the ranges of one video once, and what a cache showed again', async () => {
    const sent = await sendFile(await server.as('anna'), { bytes: 'a video, as it were', name: 'video.txt' });
    for (const range of ['bytes=0-3', 'bytes=4-7', 'bytes=8-']) await open('sofia', sent.path, { headers: { range } });
    await open('sofia', `${sent.path}?download=1`);
    const etag = (await (await server.as('admin')).fetch(sent.path, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect(await open('admin', sent.path, { headers: { 'if-none-match': etag } })).toBe(304);
    await untilRecorded(sent, 3);
    const { dialogId } = sent;
    expect(await recordOf('admin', { dialogId })).toEqual([
      'Admin view video.txt',
      'Sofia download video.txt',
      'Sofia view video.txt',
    ]);
    expect(await recordOf('admin', { dialogId, attachmentId: 'another' })).toEqual([]);
  });

  test('has nobody who was refused, who only asked for the headers, or who scrolled past a thumbnail', async () => {
    const sent = await sendFile(await server.as('anna'), { bytes: 'quiet', name: 'quiet.txt' });
    expect(await open('boris', sent.path)).toBe(404);
    await open('sofia', sent.path, { method: 'HEAD' });
    await open('sofia', `${sent.path}?variant=thumbnail`);
    await open('sofia', sent.path, { headers: { range: 'bytes=99-' } });
    await open('admin', sent.path);
    await untilRecorded(sent, 1);
    expect(await recordOf('admin', { dialogId: sent.dialogId })).toEqual(['Admin view quiet.txt']);
  });

  test('tells a customer who opened their own files, calling the other side support', async () => {
    const anna = await server.as('anna');
    const own = await sendFile(anna, { bytes: 'own', name: 'own.txt' });
    const { dialogId } = own;
    const theirs = await sendFile(await server.as('sofia'), { bytes: 'theirs', name: 'theirs.txt', dialogId });
    await open('sofia', own.path);
    await untilRecorded(own, 1);
    await open('anna', own.path);
    await open('anna', theirs.path);
    await untilRecorded(own, 2);
    await untilRecorded(theirs, 1);
    expect(await recordOf('anna', { dialogId })).toEqual(['Anna view own.txt', 'support view own.txt']);
    expect((await recordOf('admin', { dialogId })).length).toBe(3);
  });

  test('is closed to staff who are no admins, and to strangers', async () => {
    const { dialogId } = await sendFile(await server.as('anna'), { bytes: 'x', name: 'x.txt' });
    expect(await refusalOf('sofia', { dialogId })).toBe('FORBIDDEN');
    expect(await refusalOf('boris', { dialogId })).toBe('NOT_FOUND');
    expect(await refusalOf('admin', { dialogId, cursor: 'x' })).toBe('BAD_REQUEST');
    expect(await refusalOf('admin', { dialogId, userId: 'x' })).toBe('BAD_REQUEST');
  });

  test('comes in pages', async () => {
    const sent = await sendFile(await server.as('anna'), { bytes: 'paged', name: 'paged.txt' });
    const record = server.running.composition.chat.entities.accesses;
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
    const entry = { attachmentId: sent.id, dialogId: sent.dialogId, userId: people.sofia.id, action: 'view' as const };
    await record.add([0, 20, 40].map((minute) => ({ ...entry, at: at(minute) })));
    // Another process saw the same opening a little later.
    await record.add([{ ...entry, at: at(45) }]);
    const admin = await server.as('admin');
    const query = (input: object) => admin.query<AttachmentAccessPageDto>('supportChat.listAttachmentAccess', input);
    const first = await query({ dialogId: sent.dialogId, limit: 2 });
    expect(first.items.map((line) => line.at)).toEqual([at(40), at(20)].map((moment) => moment.toISOString()));
    const second = await query({ dialogId: sent.dialogId, limit: 2, cursor: first.nextCursor });
    expect([second.items.map((line) => line.at), second.nextCursor]).toEqual([[at(0).toISOString()], undefined]);
  });
});
