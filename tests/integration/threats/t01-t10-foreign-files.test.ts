import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { people } from '#tests/support/people.ts';
import { openDialog, type SentFile, sendFile, stableHeaders } from '#tests/support/scene.ts';
import { type TestClient, TrpcRefusal } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer();
let anna: TestClient;
let boris: TestClient;
let sofia: TestClient;
let annas: SentFile;
let boriss: SentFile;

beforeAll(async () => {
  [anna, boris, sofia] = [await server.as('anna'), await server.as('boris'), await server.as('sofia')];
  annas = await sendFile(anna, { bytes: 'a letter of Anna', name: 'letter.txt' });
  boriss = await sendFile(boris, { bytes: 'a letter of Boris', name: 'letter.txt' });
});

const rowOf = (id: string) => server.database.prisma.chatAttachment.findUniqueOrThrow({ where: { id } });
const countMessages = () => server.database.prisma.chatMessage.count();

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TrpcRefusal) return error.code;
    throw error;
  }
  return expect.unreachable('expected a refusal');
}

const send = (client: TestClient, dialogId: string, ...ids: string[]) =>
  client.mutate('supportChat.sendMessage', {
    dialogId,
    text: 'see',
    attachments: ids.map((id) => ({ attachmentId: id })),
  });
const begin = (client: TestClient, ...ids: string[]) =>
  client.mutate('supportChat.createDialog', { attachments: ids.map((id) => ({ attachmentId: id })) });

describe('T01 linking an attachment staged by somebody else', () => {
  it("refuses the whole message, links nothing and leaves the victim's row unchanged", async () => {
    const staged = await anna.upload({ bytes: 'not sent yet', name: 'n.txt', dialogId: annas.dialogId });
    const drafted = await anna.upload({ bytes: 'in her draft', name: 'd.txt' });
    const own = await boris.upload({ bytes: 'his own', name: 'o.txt', dialogId: boriss.dialogId });
    const staffs = await sofia.upload({ bytes: 'of staff', name: 's.txt', dialogId: annas.dialogId });
    const before = await Promise.all([staged, drafted, own, staffs].map(({ id }) => rowOf(id)));
    const messages = await countMessages();
    const attempts = [
      () => send(boris, boriss.dialogId, staged.id),
      () => send(boris, boriss.dialogId, own.id, drafted.id),
      () => send(boris, annas.dialogId, staged.id),
      () => begin(boris, drafted.id),
      // Staff may read the dialog, and still not send another's file; nor a customer one of staff.
      () => send(sofia, annas.dialogId, staged.id),
      () => send(anna, annas.dialogId, staffs.id),
    ];
    for (const attempt of attempts) expect(await refusal(attempt())).toBe('NOT_FOUND');
    expect(await Promise.all([staged, drafted, own, staffs].map(({ id }) => rowOf(id)))).toEqual(before);
    expect(await countMessages()).toBe(messages);
    // The same files, by those who may.
    await send(anna, annas.dialogId, staged.id);
    await send(sofia, annas.dialogId, staffs.id);
    expect((await rowOf(staged.id)).status).toBe('LINKED');
  });
});

describe('T02 linking twice', () => {
  it('refuses an attachment that is linked, staged for another conversation, or listed twice', async () => {
    const dialogId = await openDialog(anna);
    const elsewhere = await anna.upload({ bytes: 'x', name: 'x.txt', dialogId: annas.dialogId });
    const twice = await anna.upload({ bytes: 'x', name: 'x.txt', dialogId });
    const messages = await countMessages();
    expect(await refusal(send(anna, dialogId, annas.id))).toBe('CONFLICT');
    expect(await refusal(send(anna, annas.dialogId, annas.id))).toBe('CONFLICT');
    expect(await refusal(send(anna, dialogId, elsewhere.id))).toBe('NOT_FOUND');
    expect(await refusal(send(anna, dialogId, twice.id, twice.id))).toBe('BAD_REQUEST');
    expect(await countMessages()).toBe(messages);
    expect(await rowOf(twice.id)).toMatchObject({ status: 'UPLOADED', messageId: null });
  });

  it('succeeds for exactly one of two simultaneous sends, thirty times', async () => {
    for (let round = 0; round < 30; round += 1) {
      const { id } = await anna.upload({ bytes: `${round}`, name: 'x.txt', dialogId: annas.dialogId });
      const outcomes = await Promise.allSettled([send(anna, annas.dialogId, id), send(anna, annas.dialogId, id)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(lost?.reason).toMatchObject({ code: 'CONFLICT' });
      expect((await rowOf(id)).status).toBe('LINKED');
    }
  });
});

describe('T03 a conversation id with a foreign attachment id', () => {
  it.each(['GET', 'HEAD'])('gets the 404 of a random pair (%s)', async (method) => {
    const path = (dialogId: string, id: string) => `/api/support-chat/attachments/${dialogId}/${id}`;
    const random = await boris.raw({ method, path: path(randomUUID(), randomUUID()) });
    expect(random.status).toBe(404);
    const pairs = [
      path(boriss.dialogId, annas.id),
      path(annas.dialogId, boriss.id),
      path(annas.dialogId, annas.id),
      path(boriss.id, boriss.dialogId),
    ];
    for (const pair of pairs) {
      const answer = await boris.raw({ method, path: pair });
      expect([answer.status, answer.body.toString()]).toEqual([404, random.body.toString()]);
      expect(stableHeaders(answer)).toEqual(stableHeaders(random));
    }
  });
});

describe('T05 staging without a session', () => {
  it('gets 401 and leaves no row and no object', async () => {
    const before = await server.database.prisma.chatAttachment.count();
    const objects = await server.running.composition.storages.current.list({ prefix: '' });
    for (const client of [server.anonymous(), server.anonymous()]) {
      const answer = await client.postUpload({ bytes: 'x', name: 'x.txt', dialogId: annas.dialogId });
      expect(answer.status).toBe(401);
    }
    expect(await server.database.prisma.chatAttachment.count()).toBe(before);
    expect(await server.running.composition.storages.current.list({ prefix: '' })).toEqual(objects);
  });
});

describe('T06 reading an attachment staged by somebody else', () => {
  it('gets 404 until it is sent, for staff and admins too', async () => {
    const staged = await anna.upload({ bytes: 'staged', name: 'staged.txt', dialogId: annas.dialogId });
    const statusFor = async (person: keyof typeof people) =>
      (await (await server.as(person)).raw({ path: staged.url })).status;
    expect(await Promise.all((['anna', 'boris', 'sofia', 'admin'] as const).map(statusFor))).toEqual([
      200, 404, 404, 404,
    ]);
    await send(anna, annas.dialogId, staged.id);
    expect(await Promise.all((['anna', 'boris', 'sofia', 'admin'] as const).map(statusFor))).toEqual([
      200, 404, 200, 200,
    ]);
  });
});

describe('T07 the header x-middleware-subrequest', () => {
  it.each([
    'middleware',
    'src/middleware',
    'middleware:middleware:middleware:middleware:middleware',
    'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware',
  ])('x-middleware-subrequest: %s changes nothing', async (value) => {
    const headers = { 'x-middleware-subrequest': value };
    expect((await server.anonymous().raw({ path: annas.path, headers })).status).toBe(401);
    expect((await boris.raw({ path: annas.path, headers })).status).toBe(404);
    expect((await anna.raw({ path: annas.path, headers })).status).toBe(200);
    const upload = { method: 'POST', path: '/api/support-chat/uploads', headers };
    expect((await server.anonymous().raw(upload)).status).toBe(401);
  });
});

describe('T10 a conditional or range request by a stranger', () => {
  it('gets the same 404 whatever it asks, never 206, 304, 412 or 416', async () => {
    const { etag, lastModified } = await rowOf(annas.id);
    const plain = await boris.raw({ path: annas.path });
    const questions: Record<string, string>[] = [
      { 'if-none-match': `"${etag}"` },
      { 'if-none-match': '*' },
      { 'if-match': '"other"' },
      { 'if-match': '*' },
      { 'if-modified-since': new Date().toUTCString() },
      { 'if-unmodified-since': new Date(0).toUTCString() },
      { range: 'bytes=0-1' },
      { range: 'bytes=0-1,5-6' },
      { range: 'bytes=99999-' },
      { range: 'bytes=0-1', 'if-range': `"${etag}"` },
      { range: 'bytes=0-1', 'if-range': lastModified?.toUTCString() ?? '' },
    ];
    for (const headers of questions) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await boris.raw({ method, path: annas.path, headers });
        expect([answer.status, stableHeaders(answer)]).toEqual([404, stableHeaders(plain)]);
      }
      expect((await server.anonymous().raw({ path: annas.path, headers })).status).toBe(401);
    }
  });
});
