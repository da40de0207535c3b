import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FILE_HEAD, filePart, MULTIPART_TYPE, multipart, openUpload, postBody } from '#tests/support/multipart.ts';
import { rawRequest } from '#tests/support/raw-request.ts';
import { filesBelow, openDialog, stableHeaders } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer();
const stored = async () => [
  await server.database.prisma.chatAttachment.count(),
  (await filesBelow(server.storageDir)).length,
];

/** Sends the head of an upload of 50 MB and then as much of it as the other side takes. */
async function pushLargeBody(client: TestClient, headers: Record<string, string> = {}) {
  const { request, answer } = openUpload(client, { 'content-length': '50000000', ...headers });
  request.write(FILE_HEAD);
  const piece = Buffer.alloc(1_000_000, 'x');
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  answer.then(end, end);
  for (let sent = 0; sent < 48 && !isOver; sent += 1) {
    await new Promise<void>((resolve) => request.write(piece, () => resolve()));
  }
  const result = await answer;
  request.destroy();
  return result;
}

describe('an upload is refused before its bytes', () => {
  it('with 401 without a session, and its sender gets to read that however much they send', async () => {
    const before = await stored();
    for (let i = 0; i < 10; i += 1) {
      const answer = await pushLargeBody(server.anonymous());
      expect([answer.status, answer.connection]).toEqual([401, 'close']);
      expect(JSON.parse(answer.body).error.code).toBe('UNAUTHORIZED');
    }
    expect(await stored()).toEqual(before);
  });

  it('with 403 from another origin, before the session is asked', async () => {
    const before = await stored();
    const anna = await server.as('anna');
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: server.url, 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const answer = await pushLargeBody(anna, headers);
      expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    }
    expect(await stored()).toEqual(before);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['401', {}, false],
    ['403', { origin: 'https://evil.example' }, true],
    ['413', { 'content-length': '900000000' }, true],
  ])('with %s instead of the 100 that a careful sender waits for', async (status, headers, signedIn) => {
    const client = signedIn ? await server.as('anna') : server.anonymous();
    const { request, answer } = openUpload(client, { 'content-length': '1000', ...headers, expect: '100-continue' });
    let isContinued = false;
    request.on('continue', () => {
      isContinued = true;
    });
    request.flushHeaders();
    expect(String((await answer).status)).toBe(status);
    expect(isContinued).toBe(false);
    request.destroy();
  });

  it('and a sender who waits for the 100 and is welcome gets it', async () => {
    const body = multipart([filePart()]);
    const headers = { 'content-length': String(body.length), expect: '100-continue' };
    const { request, answer } = openUpload(await server.as('anna'), headers);
    request.on('continue', () => request.end(body));
    request.flushHeaders();
    expect((await answer).status).toBe(201);
  });

  it('with 405 under another method', async () => {
    const answer = await (await server.as('anna')).raw({ path: '/api/support-chat/uploads' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });
});

describe('the dialog of an upload', () => {
  const upload = async (client: TestClient, dialogId: string) => {
    const before = await stored();
    const answer = await postBody(client, multipart([{ name: 'dialogId', body: dialogId }, filePart()]));
    if (answer.status !== 201) expect(await stored()).toEqual(before);
    return answer;
  };

  it("is 404 alike when it is missing, another customer's, another's draft, or no id at all", async () => {
    const [anna, boris] = [await server.as('anna'), await server.as('boris')];
    const foreign = await openDialog(anna);
    const draft = (await anna.upload({ bytes: 'x', name: 'x.txt' })).dialogId;
    const missing = await upload(boris, randomUUID());
    expect([missing.status, JSON.parse(missing.body.toString()).error.code]).toEqual([404, 'NOT_FOUND']);
    for (const dialogId of [foreign, draft, 'x'.repeat(250), "' OR 1=1", '../..', '\0', '\u{1F600}']) {
      const answer = await upload(boris, dialogId);
      expect(answer.body.equals(missing.body), dialogId).toBe(true);
      expect(stableHeaders(answer)).toEqual(stableHeaders(missing));
    }
    for (const person of ['sofia', 'admin', 'nikita'] as const) {
      expect((await upload(await server.as(person), draft)).status).toBe(404);
    }
    expect((await upload(await server.as('nikita'), foreign)).status).toBe(404);
    expect((await upload(await server.as('sofia'), foreign)).status).toBe(201);
    expect((await upload(anna, draft)).status).toBe(201);
  });

  it('is one draft for a customer who names none, however many files come at once', async () => {
    const boris = await server.as('boris');
    const staged = await Promise.all(Array.from({ length: 8 }, () => boris.upload({ bytes: 'x', name: 'x.txt' })));
    expect(new Set(staged.map(({ dialogId }) => dialogId)).size).toBe(1);
    const draft = await server.database.prisma.chatDialog.findUnique({ where: { id: staged[0]?.dialogId ?? '' } });
    expect(draft?.draftOwnerId).toBe(draft?.userId);
    expect((await upload(boris, '')).status).toBe(201);
  });

  it('has to be named by staff', async () => {
    for (const person of ['sofia', 'admin'] as const) {
      const answer = await postBody(await server.as(person), multipart([filePart()]));
      expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([400, 'INVALID_UPLOAD']);
    }
  });
});

describe('the answer to an upload', () => {
  it('is a 201 with exactly the fields of the contract', async () => {
    const answer = await postBody(await server.as('anna'), multipart([filePart('hello', 'привет.txt')]));
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/json/),
    });
    const { attachment } = JSON.parse(answer.body.toString());
    const { id, dialogId } = attachment;
    expect(attachment).toMatchObject({
      ...{ id: expect.any(String), name: 'привет.txt', mimeType: 'text/plain', sizeBytes: 5, kind: 'text' },
      ...{ url: `/api/support-chat/attachments/${dialogId}/${id}`, thumbnailUrl: null, previewUrl: null },
      ...{ width: null, height: null, thumbhash: null, status: 'UPLOADED', dialogId: expect.any(String) },
    });
    expect(answer.body.toString()).not.toMatch(/storage|bucket|etag|createdBy/i);
  });

  it('comes on a connection that goes on to serve, also to programs without an Origin', async () => {
    const body = multipart([filePart()]);
    const cookie = (await server.as('anna')).cookie ?? '';
    const headers = { cookie, 'content-type': MULTIPART_TYPE, connection: 'keep-alive' };
    const answer = await rawRequest(server.url, { method: 'POST', path: '/api/support-chat/uploads', headers, body });
    expect([answer.status, answer.headers.connection]).toEqual([201, 'keep-alive']);
  });
});
