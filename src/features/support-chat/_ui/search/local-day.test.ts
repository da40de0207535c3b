import { describe, expect, it } from 'vitest';
import { beginningOfDay, daysAgo, toDayField } from './local-day.ts';

describe("the reader's day", () => {
  it('is the one of their own clock, from its first moment on', () => {
    const lateEvening = new Date(2026, 2, 12, 23, 59, 59).toISOString();
    expect(toDayField(lateEvening)).toBe('2026-03-12');
    expect(beginningOfDay('2026-03-12')).toBe(new Date(2026, 2, 12).toISOString());
  });

  it('counts back over months and the change of clocks', () => {
    expect(daysAgo(1, new Date(2026, 2, 1, 0, 5))).toBe('2026-02-28');
    expect(daysAgo(7, new Date(2026, 3, 2, 0, 5))).toBe('2026-03-26');
  });

  it('is nothing while the field is not filled in', () => {
    expect(beginningOfDay('')).toBeNull();
    expect(beginningOfDay('2026-xx-01')).toBeNull();
  });
});
