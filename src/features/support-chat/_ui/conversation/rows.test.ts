import { describe, expect, it } from 'vitest';
import { exampleMessage, exampleOutgoing } from '#tests/support/chat-examples.ts';
import type { MessageDto } from '../../_api/types.ts';
import { buildRows, findMessageAtOrAbove, type RowsInput } from './rows.ts';

const at = (minute: number, day = 5) => new Date(2026, 0, day, 10, minute).toISOString();

const message = (id: string, createdAt: string, change: Partial<MessageDto> = {}) =>
  exampleMessage({ id, createdAt, ...change });

const bySofia = { senderType: 'STAFF', sender: { id: 'sofia', name: 'Sofia' } } as const;

const outgoing = (id: string, createdAt: string) => exampleOutgoing({ clientMessageId: id, createdAt });

function rows(change: Partial<RowsInput>) {
  return buildRows({ messages: [], outgoing: [], currentUserId: 'anna', side: 'USER', firstUnreadId: null, ...change });
}

/** `a[` first of a group, `a]` last, `a[]` alone, `a` in the middle. */
function sketch(list: ReturnType<typeof rows>): string {
  return list
    .map((row) => {
      if (row.type === 'day' || row.type === 'unread') return row.type;
      return row.key + (row.isFirst ? '[' : '') + (row.isLast ? ']' : '');
    })
    .join(' ');
}

describe('rows of a conversation', () => {
  it('groups what one person says without a long pause', () => {
    const messages = [
      message('a', at(0)),
      message('b', at(1)),
      message('c', at(2), bySofia),
      message('d', at(3)),
      message('e', at(20)),
    ];
    expect(sketch(rows({ messages }))).toBe('day a[ b] c[] d[] e[]');
  });

  it('says each day once', () => {
    const messages = [message('a', at(0, 5)), message('b', at(1, 5)), message('c', at(0, 6))];
    expect(sketch(rows({ messages }))).toBe('day a[ b] day c[]');
  });

  it('breaks a group at the unread line', () => {
    const messages = [message('a', at(0), bySofia), message('b', at(1), bySofia)];
    expect(sketch(rows({ messages, firstUnreadId: 'b' }))).toBe('day a[] unread b[]');
  });

  it('puts what is on its way at the end, in the group of its sender', () => {
    expect(sketch(rows({ messages: [message('a', at(0))], outgoing: [outgoing('x', at(1))] }))).toBe('day a[ x]');
  });

  it('keeps the key when an outgoing message arrives, so that the bubble is not rebuilt', () => {
    const before = rows({ outgoing: [outgoing('x', at(1))] });
    const after = rows({ messages: [message('m1', at(1), { clientMessageId: 'x' })] });
    expect(before.map((row) => row.key)).toEqual(after.map((row) => row.key));
  });

  it('never groups system messages', () => {
    const system = { senderType: 'SYSTEM', sender: null } as const;
    const messages = [message('a', at(0), system), message('b', at(0), system)];
    expect(sketch(rows({ messages }))).toBe('day a[] b[]');
  });

  it('names the voices of support, never the reader nor the only customer', () => {
    const messages = [message('a', at(0)), message('b', at(1), bySofia)];
    const names = (currentUserId: string, side: 'USER' | 'STAFF') =>
      rows({ messages, currentUserId, side }).flatMap((row) => (row.type === 'message' ? [row.senderName] : []));
    expect(names('anna', 'USER')).toEqual([null, 'Sofia']);
    expect(names('sofia', 'STAFF')).toEqual([null, null]);
    expect(names('admin', 'STAFF')).toEqual([null, 'Sofia']);
  });

  it('finds what a reader has in view under a separator', () => {
    const list = rows({ messages: [message('a', at(0, 5)), message('b', at(0, 6))] });
    expect(findMessageAtOrAbove(list, 2)?.id).toBe('a');
    expect(findMessageAtOrAbove(list, 99)?.id).toBe('b');
    expect(findMessageAtOrAbove(list, 0)).toBeNull();
  });
});
