import { describe, expect, test } from 'vitest';
import type { StaffConversationDto } from '../../_api/types.ts';
import { arrangeInbox, stepFrom } from './inbox-order.ts';

function conversation(dialogId: string, minute: number, hasUnansweredIncoming: boolean): StaffConversationDto {
  return {
    dialogId,
    topic: null,
    user: { id: `user-${dialogId}`, name: dialogId, email: `${dialogId}@demo.test` },
    lastMessagePreview: 'Hello',
    lastMessageAt: new Date(2026, 0, 1, 12, minute).toISOString(),
    unreadCount: 0,
    hasUnansweredIncoming,
    closedAt: null,
    waitingSince: null,
  };
}

const ids = (conversations: StaffConversationDto[]) => conversations.map(({ dialogId }) => dialogId);

describe('the inbox', () => {
  test('whoever waits longest stands first, the answered keep the order of the server', () => {
    const { waiting, others } = arrangeInbox(
      [conversation('late', 30, true), conversation('early', 10, true)],
      [conversation('new', 20, false), conversation('old', 5, false)],
    );
    expect(ids(waiting)).toEqual(['early', 'late']);
    expect(ids(others)).toEqual(['new', 'old']);
  });

  test('a conversation is never shown twice while one of the two answers is older', () => {
    const { waiting, others } = arrangeInbox(
      [conversation('a', 10, true), conversation('a', 10, true), conversation('gone', 1, false)],
      [conversation('a', 9, false), conversation('b', 8, false), conversation('c', 7, true)],
    );
    expect(ids(waiting)).toEqual(['a']);
    expect(ids(others)).toEqual(['b']);
  });

  test('whoever closed a conversation without an answer put it aside: nobody waits there', () => {
    const closed = { ...conversation('closed', 10, true), closedAt: new Date(2026, 0, 2).toISOString() };
    const { waiting, others } = arrangeInbox([conversation('open', 20, true), closed], [closed]);
    expect([ids(waiting), ids(others)]).toEqual([['open'], ['closed']]);
  });

  test('the keys stop at the ends and begin at the top', () => {
    expect(stepFrom(['a', 'b'], null, -1)).toBe('a');
    expect(stepFrom(['a', 'b'], 'a', 1)).toBe('b');
    expect(stepFrom(['a', 'b'], 'b', 1)).toBe('b');
    expect(stepFrom(['a', 'b'], 'a', -1)).toBe('a');
    expect(stepFrom(['a', 'b'], 'filtered out', 1)).toBe('a');
    expect(stepFrom([], 'a', 1)).toBeNull();
  });
});
