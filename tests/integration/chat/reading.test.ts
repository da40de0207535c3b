import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { insertOldMessage, refusal, useChat } from './chat-harness.ts';

describe('reading', () => {
  const chat = useChat();

  it('moves the mark of a side forward and never back; staff share theirs', async () => {
    const dialogId = await chat().openDialog('anna', '1');
    const second = await chat().as('anna').supportChat.sendMessage({ dialogId, text: '2' });
    const { items } = await chat().as('sofia').supportChat.userGetMessages({ dialogId });
    const [firstId, secondId] = [items[0]?.id ?? '', second.message.id];
    const mark = (name: 'anna' | 'sofia' | 'admin', lastReadMessageId: string) =>
      chat().as(name).supportChat.markDialogRead({ dialogId, lastReadMessageId });
    expect(await mark('sofia', firstId)).toMatchObject({ dialogId, readerType: 'STAFF', unreadCount: 1 });
    const read = await mark('admin', secondId);
    expect(read.unreadCount).toBe(0);
    expect(await mark('sofia', firstId)).toEqual(read);
    expect(await mark('anna', secondId)).toMatchObject({ readerType: 'USER', unreadCount: 0 });
    const { items: after } = await chat().as('anna').supportChat.userGetMessages({ dialogId });
    expect(after.every(({ readAt }) => readAt === read.readAt)).toBe(true);
  });

  it('counts messages that older programs insert, for each side its own', async () => {
    const dialogId = await chat().openDialog('anna');
    const at = (ms: number) => new Date(Date.now() + ms);
    await insertOldMessage(chat(), { dialogId, from: 'STAFF', at: at(5) });
    await insertOldMessage(chat(), { dialogId, from: 'SYSTEM', at: at(6) });
    await insertOldMessage(chat(), { dialogId, from: 'USER', at: at(7) });
    const own = await chat().as('anna').supportChat.userListDialogs({});
    expect(own.items.find((item) => item.dialogId === dialogId)?.unreadCount).toBe(2);
    const inbox = await chat().as('sofia').supportChat.staffListDialogs({});
    expect(inbox.items.find((item) => item.dialogId === dialogId)?.unreadCount).toBe(2);
  });

  it('honours a mark of an older program that knows only the time', async () => {
    const dialogId = await chat().openDialog('anna');
    await chat().database.pool.query(
      `INSERT INTO "SupportReadState" (id, "dialogId", "readerType", "readAt", "updatedAt")
       VALUES ($1, $2, 'STAFF', $3, $3)`,
      [randomUUID(), dialogId, new Date(Date.now() + 1000)],
    );
    const inbox = await chat().as('sofia').supportChat.staffListDialogs({});
    expect(inbox.items.find((item) => item.dialogId === dialogId)?.unreadCount).toBe(0);
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId });
    expect(items[0]?.readAt).not.toBeNull();
  });

  it('refuses strangers and messages of another dialog', async () => {
    const [one, two] = [await chat().openDialog('anna'), await chat().openDialog('anna')];
    const { items } = await chat().as('anna').supportChat.userGetMessages({ dialogId: two });
    const input = { dialogId: one, lastReadMessageId: items[0]?.id ?? '' };
    for (const name of ['anna', 'boris', 'nikita', 'sofia'] as const) {
      expect(await refusal(chat().as(name).supportChat.markDialogRead(input))).toBe('NOT_FOUND');
    }
  });
});
