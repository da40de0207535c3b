import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatError } from '#shared/errors/chat-error.ts';
import { cutPage, decodeCursor, encodeCursor, MIN_TIME_MS } from './cursor.ts';

describe('a cursor', () => {
  it('comes back as it was, whatever the id', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(MIN_TIME_MS) }), id, (at, text) => {
        fc.pre(text.length <= 200);
        expect(decodeCursor('dialogs', encodeCursor('dialogs', { at, id: text }))).toEqual({ at, id: text });
      }),
    );
  });

  it('of another list is refused', () => {
    const cursor = encodeCursor('people', { at: new Date(), id: 'x' });
    expect(() => decodeCursor('dialogs', cursor)).toThrow(ChatError);
  });

  it('of a time that PostgreSQL cannot be asked for is refused', () => {
    const cursor = encodeCursor('dialogs', { at: new Date(MIN_TIME_MS - 1), id: 'x' });
    expect(() => decodeCursor('dialogs', cursor)).toThrow(ChatError);
  });

  it('that is anything else is refused, and never another error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor('messages', text)).toThrow(ChatError);
      }),
    );
  });
});

describe('a page', () => {
  it('points to the next one only when there is more', () => {
    const next = (rows: number[]) => cutPage(rows, 2, (last) => `after ${last}`);
    expect(next([1, 2, 3])).toEqual({ items: [1, 2], nextCursor: 'after 2' });
    expect(next([1, 2])).toEqual({ items: [1, 2] });
    expect(next([])).toEqual({ items: [] });
  });
});
