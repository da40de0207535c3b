import { describe, expect, test } from 'vitest';
import type { StaffConversationPageDto } from '#features/support-chat/_api/types.ts';
import { insertOldMessage, refusal, useChat } from './chat-harness.ts';

type Input = { waiting?: boolean; state?: 'open' | 'closed' | 'all'; sort?: 'recent' | 'waiting'; limit?: number };

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 12, n));

describe('the inbox', () => {
  const chat = useChat();

  /** Every page, by topic. */
  async function topics(input: Input): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: StaffConversationPageDto = await chat()
        .as('sofia')
        .supportChat.staffListDialogs({ ...input, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ topic }) => topic ?? ''));
      cursor = page.nextCursor;
    } while (cursor);
    return seen;
  }

  /** A dialog whose messages were written at these minutes. */
  async function conversationOf(topic: string, messages: ['USER' | 'STAFF', number][]): Promise<string> {
    const { chatDialog } = chat().database.prisma;
    const last = minute(messages.at(-1)?.[1] ?? 0);
    const { id } = await chatDialog.create({
      data: { userId: '00000000-0000-4000-8000-00000000000a', topic, lastMessageAt: last, createdAt: minute(0) },
    });
    for (const [from, at] of messages) await insertOldMessage(chat(), { dialogId: id, from, at: minute(at) });
    return id;
  }

  test('has who waits longest first, then the others by their last activity, page by page', async () => {
    await conversationOf('asked at 5 and 40', [
      ['USER', 5],
      ['USER', 40],
    ]);
    await conversationOf('answered at 50', [
      ['USER', 1],
      ['STAFF', 50],
    ]);
    await conversationOf('asked again at 30', [
      ['USER', 2],
      ['STAFF', 3],
      ['USER', 30],
    ]);
    await conversationOf('answered at 20', [
      ['USER', 1],
      ['STAFF', 20],
    ]);
    await conversationOf('asked at 10', [['USER', 10]]);
    const order = ['asked at 5 and 40', 'asked at 10', 'asked again at 30', 'answered at 50', 'answered at 20'];
    for (const limit of [1, 2, 30]) expect(await topics({ sort: 'waiting', limit })).toEqual(order);
    expect(await topics({ limit: 2 })).toEqual([
      'answered at 50',
      'asked at 5 and 40',
      'asked again at 30',
      'answered at 20',
      'asked at 10',
    ]);
  });

  test('says since when a customer waits, and whether the dialog is closed', async () => {
    const { supportChat } = chat().as('sofia');
    const { items } = await supportChat.staffListDialogs({ sort: 'waiting' });
    const facts = items.map(({ waitingSince, closedAt }) => [waitingSince, closedAt]);
    expect(facts).toEqual([5, 10, 30, null, null].map((n) => [n === null ? null : minute(n).toISOString(), null]));
    const closed = items[0]?.dialogId ?? '';
    await supportChat.closeDialog({ dialogId: closed });
    const after = (await supportChat.staffListDialogs({ state: 'closed' })).items;
    expect(after).toMatchObject([{ dialogId: closed, waitingSince: null, hasUnansweredIncoming: true }]);
    expect(after[0]?.closedAt).not.toBeNull();
    expect(await topics({ state: 'open', sort: 'waiting', limit: 1 })).toHaveLength(4);
    expect(await topics({ state: 'all', sort: 'waiting', limit: 2 })).toHaveLength(5);
    await chat().as('anna').supportChat.sendMessage({ dialogId: closed, text: 'still broken' });
    expect(await topics({ state: 'open' })).toHaveLength(5);
  });

  test('is two lists that hold every dialog once: where somebody waits, and all the others, closed ones too', async () => {
    const { supportChat } = chat().as('sofia');
    const unanswered = await conversationOf('closed without an answer', [['USER', 45]]);
    await supportChat.closeDialog({ dialogId: unanswered });
    const waiting = await topics({ waiting: true });
    const others = await topics({ waiting: false, limit: 2 });
    expect(others).toContain('closed without an answer');
    expect(waiting).not.toContain('closed without an answer');
    expect([...waiting, ...others].sort()).toEqual((await topics({})).sort());
    await supportChat.openDialog({ dialogId: unanswered });
    expect(await topics({ waiting: true })).toContain('closed without an answer');
  });

  test('gives one dialog alone, and no word of one that is not there', async () => {
    const { supportChat } = chat().as('sofia');
    const dialogId = await conversationOf('by a link', [['USER', 44]]);
    const { items } = await supportChat.staffListDialogs({ dialogId });
    expect(items.map((item) => item.dialogId)).toEqual([dialogId]);
    expect((await supportChat.staffListDialogs({ dialogId: 'nowhere' })).items).toEqual([]);
  });

  test('refuses a cursor of the other order', async () => {
    const { supportChat } = chat().as('sofia');
    const { nextCursor } = await supportChat.staffListDialogs({ sort: 'waiting', limit: 1 });
    expect(await refusal(supportChat.staffListDialogs({ sort: 'recent', cursor: nextCursor }))).toBe('BAD_REQUEST');
  });
});
