import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { filePart, multipart, postBody } from '#tests/support/multipart.ts';
import { people } from '#tests/support/people.ts';
import { openDialog } from '#tests/support/scene.ts';
import { useServer } from '#tests/support/test-server.ts';

const server = useServer();
let dialogId: string;
beforeAll(async () => {
  dialogId = await openDialog(await server.as('anna'));
});

/** What a row has and no sender may choose. */
const smuggled: Record<string, unknown> = {
  status: 'LINKED',
  storagePath: 'support-chat/x/y',
  userId: people.boris.id,
  createdByUserId: people.boris.id,
  sizeBytes: 1,
  senderType: 'STAFF',
  senderUserId: people.boris.id,
  role: 'ADMIN',
  deletedAt: null,
  draftOwnerId: null,
  __proto_: {},
  constructor: {},
};
const inline = { filename: 'x.txt', mimeType: 'text/plain', sizeBytes: 1, base64: 'eA==' };

const calls: [string, 'query' | 'mutation', () => Record<string, unknown>][] = [
  ['createDialog', 'mutation', () => ({ initialMessage: 'hello' })],
  ['sendMessage', 'mutation', () => ({ dialogId, text: 'hello' })],
  ['userListDialogs', 'query', () => ({})],
  ['userGetMessages', 'query', () => ({ dialogId })],
  ['messagesAround', 'query', () => ({ dialogId, unread: true })],
  ['searchMessages', 'query', () => ({ query: 'x' })],
  ['staffListDialogs', 'query', () => ({})],
  ['markDialogRead', 'mutation', () => ({ dialogId, lastReadMessageId: randomUUID() })],
  ['editMessage', 'mutation', () => ({ messageId: randomUUID(), text: 'x' })],
  ['deleteMessage', 'mutation', () => ({ messageId: randomUUID() })],
  ['typing', 'mutation', () => ({ dialogId })],
  ['closeDialog', 'mutation', () => ({ dialogId })],
];

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => error.code,
  );

describe('T14 an unknown field', () => {
  it.each(calls)('in the input of %s is refused', async (name, kind, input) => {
    const client = await server.as(name === 'staffListDialogs' || name === 'closeDialog' ? 'sofia' : 'anna');
    const call = (value: object) =>
      kind === 'query' ? client.query(`supportChat.${name}`, value) : client.mutate(`supportChat.${name}`, value);
    for (const [field, value] of Object.entries(smuggled)) {
      expect(await codeOf(call({ ...input(), [field]: value })), field).toBe('BAD_REQUEST');
    }
    // Without it the same input is understood, whatever else becomes of it.
    expect(['done', 'NOT_FOUND']).toContain(await codeOf(call(input())));
  });

  it('within an attachment of a message is refused, and nothing is sent', async () => {
    const anna = await server.as('anna');
    const staged = await anna.upload({ bytes: 'x', name: 'x.txt', dialogId });
    const before = await server.database.prisma.chatMessage.count();
    for (const attachment of [{ attachmentId: staged.id }, inline]) {
      for (const [field, value] of Object.entries({
        ...smuggled,
        sizeBytes: undefined,
        path: '/etc/passwd',
        url: 'http://x',
      })) {
        if (value === undefined) continue;
        const input = { dialogId, text: 'see', attachments: [{ ...attachment, [field]: value }] };
        expect(await codeOf(anna.mutate('supportChat.sendMessage', input)), field).toBe('BAD_REQUEST');
      }
    }
    expect(await server.database.prisma.chatMessage.count()).toBe(before);
  });

  it('an inline file whose size differs from its claim is refused', async () => {
    const anna = await server.as('anna');
    for (const sizeBytes of [0, 2, 1_000_000]) {
      const input = { dialogId, attachments: [{ ...inline, sizeBytes }] };
      expect(await codeOf(anna.mutate('supportChat.sendMessage', input))).toBe('BAD_REQUEST');
    }
  });

  it.each(['status', 'storagePath', 'userId', 'sizeBytes', 'mimeType', 'constructor', 'dialogid', 'dialogId[]'])(
    '%s in an upload is refused, and nothing is stored',
    async (name) => {
      const before = await server.database.prisma.chatAttachment.count();
      const body = multipart([{ name: 'dialogId', body: dialogId }, { name, body: 'x' }, filePart()]);
      const answer = await postBody(await server.as('anna'), body);
      expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([400, 'INVALID_UPLOAD']);
      expect(await server.database.prisma.chatAttachment.count()).toBe(before);
    },
  );

  it('a role at sign-up is ignored', async () => {
    for (const extra of [{ role: 'ADMIN' }, { role: 'STAFF' }, { emailVerified: true, id: 'chosen' }]) {
      const email = `${randomUUID()}@demo.test`;
      await server.anonymous().fetch('/api/auth/sign-up/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, name: 'New', password: 'a long password', ...extra }),
      });
      const user = await server.database.prisma.user.findUnique({ where: { email } });
      if (user !== null) expect(user).toMatchObject({ role: 'USER', emailVerified: false });
      expect(user?.id).not.toBe('chosen');
    }
  });

  it('a role cannot be changed by its owner afterwards either', async () => {
    const anna = await server.as('anna');
    await anna.fetch('/api/auth/update-user', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Anna', role: 'ADMIN' }),
    });
    const user = await server.database.prisma.user.findUniqueOrThrow({ where: { id: people.anna.id } });
    expect(user.role).toBe('USER');
    expect(await codeOf(anna.mutate('people.setRole', { userId: people.anna.id, role: 'ADMIN' }))).toBe('FORBIDDEN');
  });
});
