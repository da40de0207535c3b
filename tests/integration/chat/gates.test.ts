import { describe, expect, it } from 'vitest';
import { inline, insertOldMessage, refusal, useChat } from './chat-harness.ts';

describe('the gates of the legacy JSON', () => {
  const chat = useChat();

  it('write both records with the same id', async () => {
    const dialogId = await chat().openDialog('anna');
    const { message } = await chat()
      .as('anna')
      .supportChat.sendMessage({ dialogId, attachments: [inline('abc')] });
    const row = await chat().rowOf(message.attachments[0]?.id ?? '');
    const stored = await chat().database.prisma.chatMessage.findUnique({ where: { id: message.id } });
    expect(row).toMatchObject({ status: 'LINKED', messageId: message.id });
    expect(stored?.attachments).toEqual([
      { id: row?.id, name: 'note.txt', path: row?.storagePath, type: row?.mimeType, sizeBytes: 3 },
    ]);
  });

  it('leave the JSON out once LEGACY_WRITE is off', async () => {
    const dialogId = await chat().openDialog('anna');
    const later = chat().withSettings({ legacyWrite: false });
    const { message } = await later.as('anna').supportChat.sendMessage({ dialogId, attachments: [inline('abc')] });
    const stored = await chat().database.prisma.chatMessage.findUnique({ where: { id: message.id } });
    expect(stored?.attachments).toBeNull();
    expect(message.attachments).toHaveLength(1);
  });

  it('send and read on the JSON alone after a rollback, and leave no row that cleanup could act on', async () => {
    const rollback = chat().withSettings({ tableWrite: false, readMode: 'legacy' });
    const dialogId = await chat().openDialog('anna');
    const staged = await chat().stage('anna', dialogId, 'photo notes.txt');
    const attachments = [{ attachmentId: staged.id }, inline('abc', 'b.txt')];
    const { message } = await rollback.as('anna').supportChat.sendMessage({ dialogId, attachments });
    expect(message.attachments.map(({ name }) => name)).toEqual(['photo notes.txt', 'b.txt']);
    expect(await chat().database.prisma.chatAttachment.count({ where: { dialogId } })).toBe(0);
    expect(await chat().storage.stat(staged.storagePath)).not.toBeNull();
    const again = rollback.as('anna').supportChat.sendMessage({ dialogId, attachments: attachments.slice(0, 1) });
    expect(await refusal(again)).toBe('CONFLICT');
    const foreign = rollback.as('sofia').supportChat.sendMessage({ dialogId, attachments: attachments.slice(0, 1) });
    expect(await refusal(foreign)).toBe('NOT_FOUND');
    // Going forward again, the message is found through its JSON.
    const forward = chat().withSettings({ readMode: 'table-then-legacy' });
    const { items } = await forward.as('sofia').supportChat.userGetMessages({ dialogId });
    expect(items.at(-1)?.attachments).toMatchObject([{ id: staged.id }, { name: 'b.txt' }]);
  });

  it('decide where the files of old messages are read from', async () => {
    const dialogId = await chat().openDialog('anna');
    const entry = { id: 'old-1', name: 'old.pdf', path: 'chat/old.pdf', type: 'application/pdf', sizeBytes: '12' };
    await insertOldMessage(chat(), { dialogId, from: 'USER', attachments: [entry, 'nonsense', { name: 'no id' }] });
    await insertOldMessage(chat(), { dialogId, from: 'USER', attachments: { not: 'a list' } });
    const filesIn = async (readMode: 'table' | 'table-then-legacy' | 'legacy') => {
      const { items } = await chat().withSettings({ readMode }).as('anna').supportChat.userGetMessages({ dialogId });
      return items.flatMap(({ attachments }) => attachments);
    };
    expect(await filesIn('table')).toEqual([]);
    for (const mode of ['table-then-legacy', 'legacy'] as const) {
      const files = await filesIn(mode);
      expect(files).toMatchObject([{ id: 'old-1', name: 'old.pdf', kind: 'pdf', sizeBytes: 12, lost: false }]);
      expect(JSON.stringify(files)).not.toContain('chat/old.pdf');
    }
  });
});
