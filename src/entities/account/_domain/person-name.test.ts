import { describe, expect, test } from 'vitest';
import { cleanPersonName, MAX_NAME_LENGTH } from './person-name.ts';

describe('a name', () => {
  test.each([
    ['Anna', 'Anna'],
    ['  Анна \n Петрова ', 'Анна Петрова'],
    ['\u202eAnna\u2066', 'Anna'],
    ['An\0na\u200b', 'Anna'],
    ['नेहा \u{1f469}\u200d\u{1f680}', 'नेहा \u{1f469}\u200d\u{1f680}'],
    ['x'.repeat(MAX_NAME_LENGTH), 'x'.repeat(MAX_NAME_LENGTH)],
  ])('%j is kept as %j', (sent, kept) => {
    expect(cleanPersonName(sent)).toBe(kept);
  });

  test.each(['', ' \t', '\u202e', 'x'.repeat(MAX_NAME_LENGTH + 1)])('%j is none', (sent) => {
    expect(cleanPersonName(sent)).toBeNull();
  });
});
