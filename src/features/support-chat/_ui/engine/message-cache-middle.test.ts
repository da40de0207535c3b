import { describe, expect, it } from 'vitest';
import { exampleMessage } from '#tests/support/chat-examples.ts';
import type { MessageDto } from '../../_api/types.ts';
import {
  addNewer,
  addOlder,
  flattenMessages,
  hasReadMessage,
  isAtNewest,
  joinNewest,
  type MessagePages,
  putMessage,
  putMissing,
} from './message-cache.ts';

const message = (id: string, change: Partial<MessageDto> = {}) =>
  exampleMessage({ id, createdAt: `2026-01-01T10:00:${id.slice(1).padStart(2, '0')}.000Z`, ...change });

const ids = (data: MessagePages) => flattenMessages(data).map(({ id }) => id);

/** Messages 4 and 5 of a conversation of which nobody loaded the rest. */
const middle: MessagePages = {
  pages: [{ items: [message('m4'), message('m5')], nextCursor: 'before 4', newerCursor: 'after 5' }],
  pageParams: [null],
};

describe('a loaded part from the middle of a conversation', () => {
  it('leaves out what was just said: the pages that lead to the end bring it', () => {
    expect(putMessage(middle, message('m9'))).toBe(middle);
    expect(joinNewest(middle, { items: [message('m9')], nextCursor: 'before 9' })).toBe(middle);
  });

  it('grows in both directions and knows when it has come to the end', () => {
    const older = addOlder(middle, 'before 4', { items: [message('m3')] });
    const newer = addNewer(older, 'after 5', { items: [message('m6')], newerCursor: 'after 6' });
    expect([ids(newer), isAtNewest(newer)]).toEqual([['m3', 'm4', 'm5', 'm6'], false]);
    const whole = addNewer(newer, 'after 6', { items: [message('m7')] });
    expect([ids(whole), isAtNewest(whole)]).toEqual([['m3', 'm4', 'm5', 'm6', 'm7'], true]);
    expect(ids(putMessage(whole, message('m8')))).toEqual(['m3', 'm4', 'm5', 'm6', 'm7', 'm8']);
  });

  it('refuses a page that was asked for before another part was loaded', () => {
    expect(addOlder(middle, 'before 40', { items: [message('m39')] })).toBe(middle);
    expect(addNewer(middle, 'after 50', { items: [message('m51')] })).toBe(middle);
  });

  it('has, once it reaches the end, what arrived while its last page was on the way', () => {
    const reached = addNewer(middle, 'after 5', { items: [message('m6')] });
    const arrived = [message('m5', { text: 'as it arrived' }), message('m7')];
    const whole = putMissing(reached, arrived);
    expect(ids(whole)).toEqual(['m4', 'm5', 'm6', 'm7']);
    expect(flattenMessages(whole)[1]?.text).toBe('m5');
    expect(putMissing(middle, arrived)).toBe(middle);
  });
});

describe('what is read', () => {
  it('ends the search for the first unread message', () => {
    expect(hasReadMessage([message('m1'), message('m2')], 'STAFF')).toBe(false);
    expect(hasReadMessage([message('m1', { readAt: 'x' }), message('m2')], 'STAFF')).toBe(true);
    expect(hasReadMessage([message('m1', { senderType: 'STAFF', readAt: 'x' })], 'STAFF')).toBe(false);
  });
});
