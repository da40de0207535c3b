import { describe, expect, it } from 'vitest';
import { actorOf, type ChatHarness, inline, insertOldMessage, refusal, useChat } from './chat-harness.ts';

describe('editing a message', () => {
  const chat = useChat();

  it('changes its words, keeps its files and says when', async () => {
    const dialogId = await chat().openDialog('anna');
    const { message } = await chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, text: 'teh', attachments: [inline('x')] });
    const edited = await chat().as('anna').supportChat.editMessage({ messageId: message.id, text: 'the' });
    expect(edited.message).toMatchObject({ text: 'the', attachments: message.attachments });
    expect(edited.message.editedAt).not.toBeNull();
  });

  it("is for one's own: others get NOT_FOUND, also staff and a colleague", async () => {
    const dialogId = await chat().openDialog('anna');
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId });
    const answer = await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Hi' });
    const own = items[0]?.id ?? '';
    for (const [name, messageId] of [
      ['sofia', own],
      ['admin', answer.message.id],
      ['anna', answer.message.id],
      ['boris', own],
      ['anna', 'missing'],
    ] as const) {
      const caller = chat().as(name).supportChat;
      expect(await refusal(caller.editMessage({ messageId, text: 'x' }))).toBe('NOT_FOUND');
      expect(await refusal(caller.deleteMessage({ messageId }))).toBe('NOT_FOUND');
    }
    expect(await refusal(chat().as('anna').supportChat.editMessage({ messageId: own, text: ' ' }))).toBe('BAD_REQUEST');
  });

  it('ends with the permission', async () => {
    const dialogId = await chat().openDialog('anna');
    const { message } = await chat().as('sofia').supportChat.sendMessage({ dialogId, text: 'Hi' });
    const former = { ...actorOf('sofia'), canManageSupportChats: false };
    const edit = chat().as(former).supportChat.editMessage({ messageId: message.id, text: 'x' });
    expect(await refusal(edit)).toBe('NOT_FOUND');
  });
});

describe('deleting a message', () => {
  const chat = useChat();
  const sendFile = async (harness: ChatHarness, dialogId: string) => {
    const input = { dialogId, text: 'secret', attachments: [inline('x')] };
    return (await harness.as('anna').supportChat.sendMessage(input)).message;
  };

  it('erases its words, hides its files and marks them for cleanup in one go', async () => {
    const dialogId = await chat().openDialog('anna');
    const message = await sendFile(chat(), dialogId);
    const deleted = await chat().as('anna').supportChat.deleteMessage({ messageId: message.id });
    expect(deleted.message).toMatchObject({ id: message.id, text: null, attachments: [] });
    expect(deleted.message.deletedAt).not.toBeNull();
    expect((await chat().rowOf(message.attachments[0]?.id ?? ''))?.status).toBe('DELETING');
    const stored = await chat().database.prisma.chatMessage.findUnique({ where: { id: message.id } });
    expect(stored).toMatchObject({ text: null, attachments: null });
    for (const readMode of ['table', 'table-then-legacy', 'legacy'] as const) {
      const harness = chat().withSettings({ readMode });
      const { items } = await harness.as('sofia').supportChat.userGetMessages({ dialogId });
      expect(items.at(-1)).toEqual(deleted.message);
    }
  });

  it('twice is once, and what is deleted is not edited', async () => {
    const dialogId = await chat().openDialog('anna');
    const { id: messageId } = await sendFile(chat(), dialogId);
    const first = await chat().as('anna').supportChat.deleteMessage({ messageId });
    expect(await chat().as('anna').supportChat.deleteMessage({ messageId })).toEqual(first);
    expect(await refusal(chat().as('anna').supportChat.editMessage({ messageId, text: 'x' }))).toBe('NOT_FOUND');
  });

  it('is neither unread nor the last message of its dialog', async () => {
    const dialogId = await chat().openDialog('anna', 'first');
    const message = await sendFile(chat(), dialogId);
    await chat().as('anna').supportChat.deleteMessage({ messageId: message.id });
    const { items } = await chat().as('sofia').supportChat.staffListDialogs({});
    expect(items.find((item) => item.dialogId === dialogId)).toMatchObject({
      unreadCount: 1,
      lastMessagePreview: 'first',
    });
  });

  it('hands files that only the JSON knew to cleanup', async () => {
    const dialogId = await chat().openDialog('anna');
    const entry = { id: 'legacy-a', name: 'a.png', path: 'chat/a.png', type: 'image/png', sizeBytes: 5 };
    const strange = [
      { ...entry, id: 'legacy-b', path: '../../etc/passwd' },
      { ...entry, id: 'legacy-c', path: 'chat/c.png', sizeBytes: 9e12 },
      { ...entry, id: 'legacy-d', path: undefined },
    ];
    const attachments = [entry, ...strange];
    const messageId = await insertOldMessage(chat(), { dialogId, from: 'USER', attachments });
    await chat().as('anna').supportChat.deleteMessage({ messageId });
    expect(await chat().database.prisma.chatAttachment.count({ where: { messageId } })).toBe(2);
    expect(await chat().rowOf('legacy-a')).toMatchObject({
      status: 'DELETING',
      storagePath: 'chat/a.png',
      messageId,
      dialogId,
    });
    const stored = await chat().database.prisma.chatMessage.findUnique({ where: { id: messageId } });
    expect(stored?.attachments).toBeNull();
  });

  it('leaves the JSON as the only record of such files while the gate of the table is closed', async () => {
    const rollback = chat().withSettings({ tableWrite: false, readMode: 'legacy' });
    const dialogId = await chat().openDialog('anna');
    const message = await sendFile(rollback, dialogId);
    const deleted = await rollback.as('anna').supportChat.deleteMessage({ messageId: message.id });
    expect(deleted.message.attachments).toEqual([]);
    expect(await chat().database.prisma.chatAttachment.count({ where: { dialogId } })).toBe(0);
    const stored = await chat().database.prisma.chatMessage.findUnique({ where: { id: message.id } });
    expect(stored?.attachments).toMatchObject([{ id: message.attachments[0]?.id }]);
  });
});
