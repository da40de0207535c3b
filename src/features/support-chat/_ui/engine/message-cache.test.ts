import { describe, expect, it } from 'vitest';
import { exampleMessage } from '#tests/support/chat-examples.ts';
import type { MessageDto } from '../../_api/types.ts';
import {
  applyReadMark,
  countUnread,
  findFirstUnread,
  flattenMessages,
  joinNewest,
  type MessagePages,
  putMessage,
  replaceMessage,
} from './message-cache.ts';

const message = (id: string, change: Partial<MessageDto> = {}) =>
  exampleMessage({ id, createdAt: `2026-01-01T10:00:${id.slice(1).padStart(2, '0')}.000Z`, ...change });

function pages(...items: MessageDto[][]): MessagePages {
  return {
    pages: items.map((page, index) => ({
      items: page,
      ...(index < items.length - 1 ? { nextCursor: `c${index}` } : {}),
    })),
    pageParams: items.map(() => null),
  };
}

const ids = (data: MessagePages) => flattenMessages(data).map((m) => m.id);

describe('message cache', () => {
  it('reads oldest first although the newest page comes first', () => {
    expect(ids(pages([message('m3'), message('m4')], [message('m1'), message('m2')]))).toEqual([
      'm1',
      'm2',
      'm3',
      'm4',
    ]);
  });

  it('shows a message once when the answer and the event both bring it', () => {
    const data = putMessage(pages([message('m1')]), message('m2'));
    expect(ids(putMessage(data, message('m2')))).toEqual(['m1', 'm2']);
  });

  it('knows a message by its clientMessageId', () => {
    const data = pages([message('m1', { clientMessageId: 'c1' })]);
    const next = putMessage(data, message('m1b', { clientMessageId: 'c1' }));
    expect(ids(next)).toEqual(['m1b']);
  });

  it('puts a late message in its place in time', () => {
    expect(ids(putMessage(pages([message('m1'), message('m3')]), message('m2')))).toEqual(['m1', 'm2', 'm3']);
  });

  it('does not swallow a message older than what is loaded into the wrong place', () => {
    const data = pages([message('m5')], [message('m4')]);
    expect(ids(putMessage(data, message('m1')))).toEqual(['m4', 'm5']);
  });

  it('starts an empty conversation with the first message', () => {
    expect(ids(putMessage(pages([]), message('m1')))).toEqual(['m1']);
  });

  it('keeps identity when an update concerns nothing loaded, so that nothing renders', () => {
    const data = pages([message('m1')]);
    expect(replaceMessage(data, message('m9'))).toBe(data);
  });

  it('marks only the other side and only up to the mark, keeping the first time', () => {
    const data = pages([
      message('m1', { readAt: 'early' }),
      message('m2'),
      message('m3', { senderType: 'STAFF' }),
      message('m4'),
    ]);
    const next = applyReadMark(data, { readerType: 'STAFF', lastReadMessageId: 'm3', readAt: 'now' });
    expect(flattenMessages(next).map((m) => m.readAt)).toEqual(['early', 'now', null, null]);
  });

  it('joins a fresh page that overlaps and refuses one that leaves a hole', () => {
    const data = pages([message('m1'), message('m2')]);
    const joined = joinNewest(data, { items: [message('m2', { text: 'edited' }), message('m3')], nextCursor: 'c' });
    expect(joined && ids(joined)).toEqual(['m1', 'm2', 'm3']);
    expect(joined && flattenMessages(joined)[1]?.text).toBe('edited');
    expect(joinNewest(data, { items: [message('m8'), message('m9')], nextCursor: 'c' })).toBeNull();
  });

  it('finds the first unread of the other side, never of one’s own', () => {
    const list = [
      message('m1'),
      message('m2', { senderType: 'STAFF', readAt: 'x' }),
      message('m3', { senderType: 'STAFF' }),
    ];
    expect(findFirstUnread(list, 'USER')?.id).toBe('m3');
    expect(findFirstUnread(list, 'STAFF')?.id).toBe('m1');
    expect(countUnread(list, 'USER')).toBe(1);
  });
});
