import { describe, expect, it } from 'vitest';
import { inline, refusal, useChat } from './chat-harness.ts';

describe('sending', () => {
  const chat = useChat();

  it('begins a dialog with a text, and shows it to its customer and to permitted staff alone', async () => {
    const { dialogId, firstMessageId } = await chat().as('anna').supportChat.createDialog({
      topic: '  My   order ',
      initialMessage: 'Where is it?',
    });
    for (const reader of ['anna', 'sofia', 'admin'] as const) {
      const { items } = await chat().as(reader).supportChat.userGetMessages({ dialogId });
      expect(items).toMatchObject([
        { id: firstMessageId, dialogId, senderType: 'USER', sender: { name: 'Anna' }, text: 'Where is it?' },
      ]);
    }
    for (const stranger of ['boris', 'nikita'] as const) {
      expect(await refusal(chat().as(stranger).supportChat.userGetMessages({ dialogId }))).toBe('NOT_FOUND');
    }
    const { items } = await chat().as('anna').supportChat.userListDialogs({});
    expect(items).toMatchObject([{ dialogId, topic: 'My order', lastMessagePreview: 'Where is it?', unreadCount: 0 }]);
  });

  it('is refused to those without a session, and staff begin no dialogs', async () => {
    expect(await refusal(chat().as(null).supportChat.createDialog({ initialMessage: 'x' }))).toBe('UNAUTHORIZED');
    // Whatever they send: a stranger does not learn what an input may be.
    expect(await refusal(chat().as(null).supportChat.userListDialogs({ limit: -1 }))).toBe('UNAUTHORIZED');
    expect(await refusal(chat().as('sofia').supportChat.createDialog({ initialMessage: 'x' }))).toBe('FORBIDDEN');
    expect(await refusal(chat().as('admin').supportChat.createDialog({ initialMessage: 'x' }))).toBe('FORBIDDEN');
  });

  it('needs a text or a file; blank is no text', async () => {
    const dialogId = await chat().openDialog('anna');
    expect(await refusal(chat().as('anna').supportChat.createDialog({}))).toBe('BAD_REQUEST');
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, text: ' \n ' }))).toBe('BAD_REQUEST');
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, attachments: [] }))).toBe('BAD_REQUEST');
    const unseen = '\u200b\u2060\u3164';
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, text: unseen }))).toBe('BAD_REQUEST');
  });

  it('keeps what was typed, except what the database cannot hold', async () => {
    const dialogId = await chat().openDialog('anna');
    const { message } = await chat().as('anna').supportChat.sendMessage({ dialogId, text: ' a\0b \ud800 ☃\n' });
    expect(message.text).toBe(' ab \ufffd ☃\n');
    const tooLong = chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, text: 'x'.repeat(10_001) });
    expect(await refusal(tooLong)).toBe('BAD_REQUEST');
  });

  it.each([
    ['status', { status: 'LINKED' }],
    ['storagePath', { storagePath: 'x' }],
    ['userId', { userId: 'x' }],
    ['senderType', { senderType: 'STAFF' }],
  ])('refuses an unknown field: %s', async (_, field) => {
    const dialogId = await chat().openDialog('anna');
    const caller = chat().as('anna').supportChat;
    expect(await refusal(caller.sendMessage({ dialogId, text: 'x', ...field }))).toBe('BAD_REQUEST');
    expect(await refusal(caller.createDialog({ initialMessage: 'x', ...field }))).toBe('BAD_REQUEST');
    const attachments = [{ attachmentId: 'a', ...field }];
    expect(await refusal(caller.sendMessage({ dialogId, attachments }))).toBe('BAD_REQUEST');
  });

  it('answers with the unread counts of both sides; answering reads what was there', async () => {
    const dialogId = await chat().openDialog('anna');
    const second = await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'Hello?' });
    expect(second.unread).toEqual({ user: 0, staff: 2 });
    const answer = await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Hi' });
    expect(answer.unread).toEqual({ user: 1, staff: 0 });
    expect(answer.message).toMatchObject({ senderType: 'STAFF', sender: { name: 'Sofia' } });
    expect(answer.dialog.updatedAt).toBe(answer.message.createdAt);
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId });
    expect(items.map((message) => message.readAt !== null)).toEqual([true, true, false]);
  });

  it('writes messages of one dialog in a strict order, whatever the clocks say', async () => {
    const dialogId = await chat().openDialog('anna');
    const future = new Date(Date.now() + 3_600_000);
    await chat().database.prisma.chatDialog.update({ where: { id: dialogId }, data: { lastMessageAt: future } });
    const sent = [];
    for (const text of ['1', '2', '3']) sent.push(await chat().as('anna').supportChat.sendMessage({ dialogId, text }));
    const times = sent.map(({ message }) => Date.parse(message.createdAt));
    expect(times).toEqual([1, 2, 3].map((ms) => future.getTime() + ms));
  });

  it('opens a closed dialog again when its customer writes, and staff may close it', async () => {
    const dialogId = await chat().openDialog('anna');
    expect(await refusal(chat().as('anna').supportChat.closeDialog({ dialogId }))).toBe('FORBIDDEN');
    expect(await refusal(chat().as('nikita').supportChat.closeDialog({ dialogId }))).toBe('NOT_FOUND');
    expect((await chat().as('sofia').supportChat.closeDialog({ dialogId })).closedAt).not.toBeNull();
    await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Bye' });
    const closedAt = async () =>
      (await chat().database.prisma.chatDialog.findUnique({ where: { id: dialogId } }))?.closedAt;
    expect(await closedAt()).not.toBeNull();
    await chat().as('anna').supportChat.sendMessage({ dialogId, text: 'One more thing' });
    expect(await closedAt()).toBeNull();
  });
});

describe('clientMessageId', () => {
  const chat = useChat();

  it('returns the first message again, also when two sends race', async () => {
    const dialogId = await chat().openDialog('anna');
    const send = () => chat().as('anna').supportChat.sendMessage({ dialogId, text: 'once', clientMessageId: 'c-1' });
    const sent = await Promise.all([send(), send(), send(), send()]);
    sent.push(await send());
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId });
    expect(items.filter(({ text }) => text === 'once')).toHaveLength(1);
  });

  it('is of its dialog: the same id elsewhere is another message', async () => {
    const [one, two] = [await chat().openDialog('anna'), await chat().openDialog('anna')];
    const send = (dialogId: string) =>
      chat().as('anna').supportChat.sendMessage({ dialogId, text: 'x', clientMessageId: 'c-2' });
    expect((await send(one)).message.id).not.toBe((await send(two)).message.id);
  });

  it('begins one dialog per customer, also when two calls race with a file in each', async () => {
    const begin = () =>
      chat()
        .as('anna')
        .supportChat.createDialog({
          initialMessage: 'x',
          attachments: [inline('same')],
          clientMessageId: 'c-3',
        });
    const begun = await Promise.all([begin(), begin(), begin()]);
    begun.push(await begin());
    expect(new Set(begun.map(({ dialogId }) => dialogId)).size).toBe(1);
    expect(new Set(begun.map(({ firstMessageId }) => firstMessageId)).size).toBe(1);
    const other = await chat().as('boris').supportChat.createDialog({ initialMessage: 'x', clientMessageId: 'c-3' });
    expect(other.dialogId).not.toBe(begun[0]?.dialogId);
  });

  it('stages nothing for a send that was made before', async () => {
    const dialogId = await chat().openDialog('anna');
    const send = () =>
      chat()
        .as('anna')
        .supportChat.sendMessage({ dialogId, attachments: [inline('x')], clientMessageId: 'c-4' });
    const { message } = await send();
    const before = await chat().countObjects();
    expect((await send()).message).toEqual(message);
    expect(await chat().countObjects()).toBe(before);
  });
});

describe('files inside a call', () => {
  const chat = useChat();

  it('are sent in their order beside staged ones', async () => {
    const dialogId = await chat().openDialog('anna');
    const staged = await chat().stage('anna', dialogId, 'b.txt');
    const { message } = await chat()
      .as('anna')
      .supportChat.sendMessage({
        dialogId,
        attachments: [inline('one', 'a.txt'), { attachmentId: staged.id }, inline('three', 'c.txt')],
      });
    expect(message.attachments.map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(message.attachments[0]).toMatchObject({
      sizeBytes: 3,
      kind: 'text',
      url: `/api/support-chat/attachments/${dialogId}/${message.attachments[0]?.id}`,
      thumbnailUrl: null,
    });
    expect(JSON.stringify(message)).not.toContain(staged.storagePath);
  });

  it.each([
    ['a size that is not the length', { sizeBytes: 4 }, 'BAD_REQUEST'],
    ['characters that are not base64', { base64: 'YW*j', sizeBytes: 3 }, 'BAD_REQUEST'],
    ['base64 of the URL alphabet', { base64: '-_8=', sizeBytes: 2 }, 'BAD_REQUEST'],
    ['base64 without padding', { base64: 'YQ', sizeBytes: 1 }, 'BAD_REQUEST'],
    ['bits after the end', { base64: 'YR==', sizeBytes: 1 }, 'BAD_REQUEST'],
    ['line breaks', { base64: 'YW\nJj', sizeBytes: 3 }, 'BAD_REQUEST'],
  ])('are refused with %s', async (_, change, code) => {
    const dialogId = await chat().openDialog('anna');
    const attachments = [{ ...inline('abc'), ...change }];
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, attachments }))).toBe(code);
  });

  it('are at most 1 MiB together', async () => {
    const dialogId = await chat().openDialog('anna');
    const half = inline('x'.repeat(512 * 1024));
    const send = (attachments: ReturnType<typeof inline>[]) =>
      chat().as('anna').supportChat.sendMessage({ dialogId, attachments });
    expect((await send([half, half])).message.attachments).toHaveLength(2);
    expect(await refusal(send([half, half, inline('y')]))).toBe('PAYLOAD_TOO_LARGE');
  });

  it('of a type that is not allowed are refused, and nothing of the others stays', async () => {
    const dialogId = await chat().openDialog('anna');
    const before = await chat().countObjects();
    const program = inline(Buffer.from('7f454c4602010100', 'hex'), 'run.png', 'image/png');
    const send = chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, attachments: [inline('x'), program] });
    expect(await refusal(send)).toBe('BAD_REQUEST');
    expect(await chat().countObjects()).toBe(before);
    expect(await chat().database.prisma.chatAttachment.count({ where: { dialogId } })).toBe(0);
  });

  it('are taken back when another attachment of the message cannot be linked', async () => {
    const dialogId = await chat().openDialog('anna');
    const before = await chat().countObjects();
    const attachments = [inline('x'), { attachmentId: 'missing' }];
    expect(await refusal(chat().as('anna').supportChat.sendMessage({ dialogId, attachments }))).toBe('NOT_FOUND');
    expect(await chat().countObjects()).toBe(before);
    expect(await chat().database.prisma.chatAttachment.count({ where: { dialogId } })).toBe(0);
  });

  it('begin a dialog too', async () => {
    const { dialogId } = await chat()
      .as('boris')
      .supportChat.createDialog({ attachments: [inline('x', 'x.txt')] });
    const { items } = await chat().as('sofia').supportChat.userGetMessages({ dialogId });
    expect(items[0]).toMatchObject({ text: null, attachments: [{ name: 'x.txt' }] });
    const list = await chat().as('boris').supportChat.userListDialogs({});
    expect(list.items).toMatchObject([{ dialogId, lastMessagePreview: 'x.txt' }]);
  });

  it('begin as many dialogs as there were calls, also at once', async () => {
    const begin = (text: string) =>
      chat()
        .as('boris')
        .supportChat.createDialog({ initialMessage: text, attachments: [inline(text)] });
    const begun = await Promise.all(['1', '2', '3'].map(begin));
    expect(new Set(begun.map(({ dialogId }) => dialogId)).size).toBe(3);
  });
});

describe('the draft', () => {
  const chat = useChat();

  it('is hidden until createDialog publishes it with its first message', async () => {
    const file = await chat().stage('anna');
    expect((await chat().as('anna').supportChat.userListDialogs({})).items).toEqual([]);
    expect((await chat().as('sofia').supportChat.staffListDialogs({ query: 'note' })).items).toEqual([]);
    const asStaff = chat().as('sofia').supportChat;
    expect(await refusal(asStaff.userGetMessages({ dialogId: file.dialogId }))).toBe('NOT_FOUND');
    expect(await refusal(asStaff.sendMessage({ dialogId: file.dialogId, text: 'x' }))).toBe('NOT_FOUND');
    const early = chat().as('anna').supportChat.sendMessage({ dialogId: file.dialogId, text: 'x' });
    expect(await refusal(early)).toBe('NOT_FOUND');

    const begun = await chat()
      .as('anna')
      .supportChat.createDialog({
        topic: 'T',
        attachments: [{ attachmentId: file.id }],
      });
    expect(begun.dialogId).toBe(file.dialogId);
    const { items } = await asStaff.userGetMessages({ dialogId: file.dialogId });
    expect(items[0]?.attachments).toMatchObject([{ id: file.id, name: 'note.txt' }]);
    // The next file without a dialog goes into a new draft.
    expect((await chat().stage('anna')).dialogId).not.toBe(file.dialogId);
  });

  it('stays a draft when its first message is refused', async () => {
    const file = await chat().stage('boris');
    const attachments = [{ attachmentId: file.id }, { attachmentId: 'missing' }];
    expect(await refusal(chat().as('boris').supportChat.createDialog({ attachments }))).toBe('NOT_FOUND');
    const dialog = await chat().database.prisma.chatDialog.findUnique({ where: { id: file.dialogId } });
    expect(dialog?.draftOwnerId).toBe(file.createdByUserId);
    expect((await chat().rowOf(file.id))?.status).toBe('UPLOADED');
  });
});
