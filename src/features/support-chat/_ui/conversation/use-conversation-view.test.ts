import { describe, expect, it } from 'vitest';
import { findLoaded } from './use-conversation-view.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString();
const messages = [2, 4, 6].map((n) => ({ id: `m${n}`, createdAt: day(n) }));
const whole = { hasOlder: false, hasNewer: false };

describe('a jump within what is loaded', () => {
  it('is possible to a message that is there, and to no other', () => {
    expect(findLoaded(messages, { messageId: 'm4' }, whole)).toBe('m4');
    expect(findLoaded(messages, { messageId: 'm5' }, whole)).toBeNull();
  });

  it('to a day goes to the first message of that day or later, at the end to the last one', () => {
    expect(findLoaded(messages, { at: day(4) }, whole)).toBe('m4');
    expect(findLoaded(messages, { at: day(5) }, whole)).toBe('m6');
    expect(findLoaded(messages, { at: day(9) }, whole)).toBe('m6');
    expect(findLoaded(messages, { at: day(1) }, whole)).toBe('m2');
  });

  it('to a day is not possible where an earlier or a later message may be the one that is meant', () => {
    expect(findLoaded(messages, { at: day(1) }, { ...whole, hasOlder: true })).toBeNull();
    expect(findLoaded(messages, { at: day(9) }, { ...whole, hasNewer: true })).toBeNull();
    expect(findLoaded(messages, { at: day(3) }, { hasOlder: true, hasNewer: true })).toBe('m4');
  });
});
