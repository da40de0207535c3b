import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MessageDto } from '#features/support-chat/_api/types.ts';
import { insertOldMessage, refusal, useChat } from './chat-harness.ts';

const day = (n: number, second = 0) => new Date(Date.UTC(2026, 0, n, 12, 0, second));

describe('a page from the middle of a conversation', () => {
  const chat = useChat();
  const textsOf = (items: readonly MessageDto[]) => items.map(({ text }) => text);

  /** Anna's, with messages "1" to "9", one a day. */
  async function openNine(from: 'USER' | 'STAFF' = 'USER') {
    const { id: dialogId } = await chat().database.prisma.chatDialog.create({
      data: { userId: (await chat().database.prisma.user.findFirstOrThrow({ where: { name: 'Anna' } })).id },
    });
    const ids: string[] = [];
    for (let n = 1; n <= 9; n += 1) {
      ids.push(await insertOldMessage(chat(), { dialogId, from, text: String(n), at: day(n) }));
    }
    return { dialogId, ids };
  }

  test('has what was written before and after a message, and the ways on in both directions', async () => {
    const { dialogId, ids } = await openNine();
    const { supportChat } = chat().as('sofia');
    const page = await supportChat.messagesAround({ dialogId, messageId: ids[4] ?? '', limit: 4 });
    expect(page.targetId).toBe(ids[4]);
    expect(textsOf(page.items)).toEqual(['3', '4', '5', '6']);

    const older = await supportChat.userGetMessages({ dialogId, cursor: page.nextCursor ?? '', limit: 4 });
    expect(textsOf(older.items)).toEqual(['1', '2']);
    expect(older.nextCursor).toBeUndefined();

    const newer = await supportChat.userGetMessages({ dialogId, cursor: page.newerCursor ?? '', limit: 2 });
    expect(textsOf(newer.items)).toEqual(['7', '8']);
    const last = await supportChat.userGetMessages({ dialogId, cursor: newer.newerCursor ?? '', limit: 2 });
    expect(textsOf(last.items)).toEqual(['9']);
    expect(last.newerCursor).toBeUndefined();
  });

  test('has no way on where the conversation begins and ends', async () => {
    const { dialogId, ids } = await openNine();
    const { supportChat } = chat().as('anna');
    const first = await supportChat.messagesAround({ dialogId, messageId: ids[0] ?? '', limit: 4 });
    expect([textsOf(first.items), first.nextCursor]).toEqual([['1', '2'], undefined]);
    const last = await supportChat.messagesAround({ dialogId, messageId: ids[8] ?? '', limit: 4 });
    expect([textsOf(last.items), last.newerCursor]).toEqual([['7', '8', '9'], undefined]);
  });

  test('loses nothing and repeats nothing among messages of one millisecond', async () => {
    const { dialogId, ids } = await openNine();
    const at = day(20);
    for (const text of ['a', 'b', 'c', 'd', 'e']) await insertOldMessage(chat(), { dialogId, from: 'STAFF', text, at });
    const { supportChat } = chat().as('sofia');
    const whole = await supportChat.userGetMessages({ dialogId, limit: 100 });
    for (const { id } of whole.items.slice(-5)) {
      let page = await supportChat.messagesAround({ dialogId, messageId: id, limit: 2 });
      const items = [...page.items];
      while (page.newerCursor) {
        page = {
          ...(await supportChat.userGetMessages({ dialogId, cursor: page.newerCursor, limit: 1 })),
          targetId: '',
        };
        items.push(...page.items);
      }
      const from = whole.items.findIndex((message) => message.id === items[0]?.id);
      expect(items.map((message) => message.id)).toEqual(whole.items.slice(from).map((message) => message.id));
    }
    expect(ids).toHaveLength(9);
  });

  test('of a day begins with its first message, of an empty day with the next one, after the end with the last', async () => {
    const { dialogId, ids } = await openNine();
    const { supportChat } = chat().as('anna');
    const targetAt = async (at: Date) =>
      (await supportChat.messagesAround({ dialogId, at: at.toISOString(), limit: 2 })).targetId;
    expect(await targetAt(new Date(Date.UTC(2026, 0, 3)))).toBe(ids[2]);
    expect(await targetAt(day(3, 1))).toBe(ids[3]);
    expect(await targetAt(new Date(Date.UTC(2025, 0, 1)))).toBe(ids[0]);
    expect(await targetAt(new Date(Date.UTC(2027, 0, 1)))).toBe(ids[8]);
  });

  test("of what is unread begins where the caller's own side stopped reading", async () => {
    const { dialogId, ids } = await openNine('STAFF');
    const anna = chat().as('anna').supportChat;
    const firstUnread = async (who: typeof anna) =>
      (await who.messagesAround({ dialogId, unread: true, limit: 4 })).targetId;
    expect(await firstUnread(anna)).toBe(ids[0]);
    await anna.markDialogRead({ dialogId, lastReadMessageId: ids[5] ?? '' });
    expect(await firstUnread(anna)).toBe(ids[6]);
    await anna.markDialogRead({ dialogId, lastReadMessageId: ids[8] ?? '' });
    const read = await anna.messagesAround({ dialogId, unread: true, limit: 4 });
    expect([read.targetId, textsOf(read.items), read.newerCursor]).toEqual([null, ['6', '7', '8', '9'], undefined]);
    // Support wrote all of it: nothing of it is news to them.
    expect(await firstUnread(chat().as('sofia').supportChat)).toBeNull();
  });

  test('is closed to strangers, and does not tell where a message of another dialog stands', async () => {
    const { dialogId, ids } = await openNine();
    const other = await chat().openDialog('boris');
    const { items } = await chat().as('boris').supportChat.userGetMessages({ dialogId: other });
    const { supportChat } = chat().as('boris');
    const messageId = ids[0] ?? '';
    expect(await refusal(supportChat.messagesAround({ dialogId, messageId }))).toBe('NOT_FOUND');
    expect(await refusal(supportChat.messagesAround({ dialogId: other, messageId }))).toBe('NOT_FOUND');
    expect(await refusal(supportChat.messagesAround({ dialogId: other, messageId: randomUUID() }))).toBe('NOT_FOUND');
    const page = await supportChat.messagesAround({ dialogId: other, messageId: items[0]?.id ?? '' });
    expect(page.items).toHaveLength(1);
    const around = await chat().as('anna').supportChat.messagesAround({ dialogId, messageId, limit: 2 });
    const cursor = around.newerCursor ?? '';
    expect(await refusal(supportChat.userGetMessages({ dialogId, cursor }))).toBe('NOT_FOUND');
  });

  test('wants one place, and a cursor of messages', async () => {
    const { dialogId, ids } = await openNine();
    const { supportChat } = chat().as('anna');
    const at = new Date().toISOString();
    expect(await refusal(supportChat.messagesAround({ dialogId }))).toBe('BAD_REQUEST');
    expect(await refusal(supportChat.messagesAround({ dialogId, at, messageId: ids[0] ?? '' }))).toBe('BAD_REQUEST');
    const { nextCursor: cursor } = await supportChat.searchMessages({ query: '1', limit: 1 });
    expect(await refusal(supportChat.userGetMessages({ dialogId, cursor: cursor ?? 'x' }))).toBe('BAD_REQUEST');
  });
});
