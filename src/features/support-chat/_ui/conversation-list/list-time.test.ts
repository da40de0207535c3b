import { describe, expect, test } from 'vitest';
import { chooseListTime, measureWaiting } from './list-time.ts';

const now = new Date(2026, 10, 23, 0, 30);

describe('when, in a list', () => {
  test.each([
    [new Date(2026, 10, 23, 0, 1), 'time'],
    [new Date(2026, 10, 22, 23, 59), 'yesterday'],
    [new Date(2026, 10, 17, 12), 'weekday'],
    [new Date(2026, 10, 16, 12), 'day'],
    [new Date(2025, 11, 31), 'date'],
  ])('%s is told as %s', (at, expected) => {
    expect(chooseListTime(at, now)).toBe(expected);
  });

  test('a clock that runs ahead is still today', () => {
    expect(chooseListTime(new Date(2026, 10, 24, 0, 1), now)).toBe('time');
  });
});

describe('how long somebody waits', () => {
  test.each([
    [59, 'justNow', 0],
    [60, 'minutes', 1],
    [3599, 'minutes', 59],
    [3600, 'hours', 1],
    [86_399, 'hours', 23],
    [86_400 * 2.9, 'days', 2],
    [-30, 'justNow', 0],
  ])('%i seconds are %s %i', (seconds, unit, count) => {
    expect(measureWaiting(new Date(now.getTime() - seconds * 1000), now)).toEqual({ unit, count });
  });
});
