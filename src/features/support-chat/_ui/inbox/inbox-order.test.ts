import { describe, expect, test } from 'vitest';
import type { StaffConversationDto } from '../../_api/types.ts';
import { arrangeInbox, stepFrom } from './inbox-order.ts';

function dialog(dialogId: string, minute: number, hasUnansweredIncoming: boolean): StaffConversationDto {
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

const ids = (dialogs: StaffConversationDto[]) => dialogs.map(({ dialogId }) => dialogId);

describe('the inbox', () => {
  test('whoever waits longest stands first, the answered keep the order of the server', () => {
    const { waiting, others } = arrangeInbox(
      [dialog('late', 30, true), dialog('early', 10, true)],
      [dialog('new', 20, false), dialog('old', 5, false)],
    );
    expect(ids(waiting)).toEqual(['early', 'late']);
    expect(ids(others)).toEqual(['new', 'old']);
  });

  test('a dialog is never shown twice while one of the two answers is older', () => {
    const { waiting, others } = arrangeInbox(
      [dialog('a', 10, true), dialog('a', 10, true), dialog('gone', 1, false)],
      [dialog('a', 9, false), dialog('b', 8, false), dialog('c', 7, true)],
    );
    expect(ids(waiting)).toEqual(['a']);
    expect(ids(others)).toEqual(['b']);
  });

  test('whoever closed a dialog without an answer put it aside: nobody waits there', () => {
    const closed = { ...dialog('closed', 10, true), closedAt: new Date(2026, 0, 2).toISOString() };
    const { waiting, others } = arrangeInbox([dialog('open', 20, true), closed], [closed]);
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
