import { beforeAll, describe, expect, it } from 'vitest';
import { type SentFile, sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';
import { useServer } from '#tests/support/test-server.ts';

const WORD = 'zebrafish';
const server = useServer();
let anna: TestClient;
let secret: SentFile;

beforeAll(async () => {
  anna = await server.as('anna');
  secret = await sendFile(anna, { bytes: `the ${WORD}`, name: `${WORD}.txt` });
  await anna.mutate('supportChat.sendMessage', { dialogId: secret.dialogId, text: `about the ${WORD}` });
  const { prisma } = server.database;
  // A rendition as the server makes them, stored as any object.
  const storagePath = 'support-chat/renditions/one.webp';
  const body = Buffer.from(`rendition of the ${WORD}`);
  await server.running.composition.storages.current.put(
    storagePath,
    (async function* () {
      yield body;
    })(),
  );
  await prisma.chatAttachmentRendition.create({
    data: {
      attachmentId: secret.id,
      variant: 'thumbnail',
      storagePath,
      mimeType: 'image/webp',
      sizeBytes: body.length,
      etag: 'abc',
      lastModified: new Date(),
      width: 1,
      height: 1,
    },
  });
});

type Door = [string, { method?: string; headers?: Record<string, string>; query?: string }, number];
const doors: Door[] = [
  ['the file', {}, 200],
  ['its rendition', { query: '?variant=thumbnail' }, 200],
  ['its rendition as a download', { query: '?variant=thumbnail&download=1' }, 200],
  ['a download', { query: '?download=1' }, 200],
  ['HEAD', { method: 'HEAD' }, 200],
  ['HEAD of its rendition', { method: 'HEAD', query: '?variant=thumbnail' }, 200],
  ['a range', { headers: { range: 'bytes=0-2' } }, 206],
  ['a range of its rendition', { headers: { range: 'bytes=0-2' }, query: '?variant=thumbnail' }, 206],
  ['a condition on its rendition', { headers: { 'if-none-match': '*' }, query: '?variant=thumbnail' }, 304],
];

describe('T04 a side door', () => {
  it.each(doors)(
    '%s asks the same question as the front door',
    async (_, { method = 'GET', headers = {}, query = '' }, open) => {
      const path = `${secret.path}${query}`;
      const ask = async (client: TestClient) => (await client.raw({ method, path, headers })).status;
      expect(await ask(anna)).toBe(open);
      expect(await ask(await server.as('sofia'))).toBe(open);
      expect(await ask(await server.as('admin'))).toBe(open);
      expect(await ask(await server.as('boris'))).toBe(404);
      expect(await ask(await server.as('nikita'))).toBe(404);
      expect(await ask(server.anonymous())).toBe(401);
    },
  );

  it('a rendition is as inaccessible as its file when the message is deleted or not sent yet', async () => {
    const dialogId = secret.dialogId;
    const gone = await sendFile(anna, { bytes: 'x', name: 'gone.txt', dialogId });
    const staged = await anna.upload({ bytes: 'x', name: 'staged.txt', dialogId });
    for (const attachmentId of [gone.id, staged.id]) {
      const place = { storagePath: `support-chat/renditions/${attachmentId}.webp`, mimeType: 'image/webp' };
      await server.running.composition.storages.current.put(
        place.storagePath,
        (async function* () {
          yield Buffer.from('x');
        })(),
      );
      await server.database.prisma.chatAttachmentRendition.create({
        data: {
          attachmentId,
          variant: 'preview',
          ...place,
          sizeBytes: 1,
          etag: attachmentId,
          lastModified: new Date(),
          width: 1,
          height: 1,
        },
      });
    }
    const status = async (client: TestClient, path: string) =>
      (await client.raw({ path: `${path}?variant=preview` })).status;
    const sofia = await server.as('sofia');
    expect([await status(anna, gone.path), await status(sofia, gone.path)]).toEqual([200, 200]);
    expect([await status(anna, staged.url), await status(sofia, staged.url)]).toEqual([200, 404]);
    await anna.mutate('supportChat.deleteMessage', { messageId: gone.messageId });
    expect([await status(anna, gone.path), await status(sofia, gone.path)]).toEqual([404, 404]);
  });

  it('no list, search, message or response for a stranger contains anything of it', async () => {
    const boris = await server.as('boris');
    const nikita = await server.as('nikita');
    const asked: [TestClient, string, object][] = [
      [boris, 'supportChat.userListDialogs', {}],
      [boris, 'supportChat.userGetMessages', { dialogId: secret.dialogId }],
      [boris, 'supportChat.messagesAround', { dialogId: secret.dialogId, unread: true }],
      [boris, 'supportChat.messagesAround', { dialogId: secret.dialogId, at: '2020-01-01T00:00:00Z' }],
      [boris, 'supportChat.searchMessages', { query: WORD }],
      [nikita, 'supportChat.searchMessages', { query: WORD }],
      [boris, 'supportChat.staffListDialogs', { query: WORD }],
      [nikita, 'supportChat.staffListDialogs', { query: WORD }],
      [nikita, 'supportChat.userGetMessages', { dialogId: secret.dialogId }],
      [server.anonymous(), 'supportChat.userListDialogs', {}],
    ];
    for (const [client, procedure, input] of asked) {
      const path = `/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
      const text = await (await client.fetch(path)).text();
      for (const word of [WORD, secret.id]) expect(text).not.toContain(word);
    }
    const found = await (await server.as('sofia')).query('supportChat.staffListDialogs', { query: WORD });
    expect(JSON.stringify(found)).toContain(secret.dialogId);
  });

  it('a batch of calls does not bypass the check', async () => {
    const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: { dialogId: secret.dialogId } }));
    const path = `/api/trpc/supportChat.userListDialogs,supportChat.userGetMessages?batch=1&input=${input}`;
    const answer = await (await server.as('boris')).fetch(path);
    const [list, messages] = (await answer.json()) as { error?: { data: { code: string } } }[];
    expect(list?.error).toBeUndefined();
    expect(messages?.error?.data.code).toBe('NOT_FOUND');
  });

  it('marking read, editing, deleting, typing and closing are refused in a foreign conversation', async () => {
    const boris = await server.as('boris');
    const { dialogId, messageId } = secret;
    const attempts: [string, object][] = [
      ['markDialogRead', { dialogId, lastReadMessageId: messageId }],
      ['editMessage', { messageId, text: 'changed' }],
      ['deleteMessage', { messageId }],
      ['typing', { dialogId }],
      ['closeDialog', { dialogId }],
      ['sendMessage', { dialogId, text: 'hello' }],
    ];
    for (const [procedure, input] of attempts) {
      const code = await boris.mutate(`supportChat.${procedure}`, input).then(
        () => 'done',
        (error) => error.code,
      );
      expect(['NOT_FOUND', 'FORBIDDEN'], procedure).toContain(code);
    }
    expect((await anna.raw({ path: secret.path })).status).toBe(200);
  });
});
