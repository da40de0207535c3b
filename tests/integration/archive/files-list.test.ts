import { expect, test } from 'vitest';
import type { SentAttachmentPageDto } from '#features/support-chat/_api/types.ts';
import { insertOldMessage, refusal, useChat } from '../chat/chat-harness.ts';

const chat = useChat();

test('the files of a conversation come newest first, page by page, with who sent them and when', async () => {
  const dialogId = await chat().openDialog('anna');
  const names: string[] = [];
  for (const pair of [['a.txt', 'b.txt'], ['c.txt'], ['d.txt', 'e.txt']]) {
    const attachments: { attachmentId: string }[] = [];
    for (const name of pair) attachments.push({ attachmentId: (await chat().stage('sofia', dialogId, name)).id });
    await chat().as('sofia').supportChat.sendMessage({ dialogId, attachments });
    names.push(...pair);
  }
  await chat().stage('anna', dialogId, 'staged.txt');
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page: SentAttachmentPageDto = await chat()
      .as('anna')
      .supportChat.listAttachments({ dialogId, limit: 2, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ name }) => name));
    expect(page.items.every(({ sender, senderType }) => sender?.name === 'Sofia' && senderType === 'STAFF')).toBe(true);
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(names.reverse());
});

test('a kind filters before the page is cut, also types that are not in our list', async () => {
  const dialogId = await chat().openDialog('anna');
  const file = await chat().stage('anna', dialogId, 'words.txt');
  const other = await chat().stage('anna', dialogId, 'odd.txt');
  await chat()
    .as('anna')
    .supportChat.sendMessage({
      dialogId,
      attachments: [{ attachmentId: file.id }, { attachmentId: other.id }],
    });
  const { chatAttachment } = chat().database.prisma;
  await chatAttachment.update({ where: { id: other.id }, data: { mimeType: 'image/x-old; q=1' } });
  const list = async (kind: 'text' | 'image' | 'pdf' | 'file') =>
    (await chat().as('anna').supportChat.listAttachments({ dialogId, kind, limit: 1 })).items.map(({ id }) => id);
  expect([await list('text'), await list('image'), await list('pdf'), await list('file')]).toEqual([
    [file.id],
    [other.id],
    [],
    [],
  ]);
  await chatAttachment.update({ where: { id: other.id }, data: { mimeType: 'chemical/x-pdb' } });
  expect(await list('file')).toEqual([other.id]);
});

test('files that only the JSON of old messages knows are in the list where such files are shown', async () => {
  const dialogId = await chat().openDialog('anna');
  const entry = { id: 'old-1', name: 'old.pdf', path: 'chat/old.pdf', type: 'application/pdf', sizeBytes: '12' };
  const without = { id: 'old-2', name: 'gone.pdf', type: 'application/pdf' };
  await insertOldMessage(chat(), { dialogId, from: 'USER', attachments: [entry, without] });
  const read = async (readMode: 'table' | 'table-then-legacy' | 'legacy') => {
    const caller = chat().withSettings({ readMode }).as('sofia').supportChat;
    return (await caller.listAttachments({ dialogId, kind: 'pdf' })).items.map(({ id, sizeBytes }) => [id, sizeBytes]);
  };
  expect(await read('table')).toEqual([]);
  expect(await read('table-then-legacy')).toEqual([['old-1', 12]]);
  expect(await read('legacy')).toEqual([['old-1', 12]]);
});

test('whoever may not read the conversation is told that there is none', async () => {
  const dialogId = await chat().openDialog('anna');
  for (const name of ['boris', 'nikita'] as const) {
    expect(await refusal(chat().as(name).supportChat.listAttachments({ dialogId }))).toBe('NOT_FOUND');
  }
  const { supportChat } = chat().as('anna');
  expect(await refusal(supportChat.listAttachments({ dialogId, cursor: 'x' }))).toBe('BAD_REQUEST');
});
