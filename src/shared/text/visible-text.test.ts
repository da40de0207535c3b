import { describe, expect, it } from 'vitest';
import { cutText, hasVisibleText } from './visible-text.ts';

describe('a text', () => {
  it.each(['', '  \n\t', '\u200b\u200d\ufeff', '\u00ad', '\u3164', '\u2800', '\ufe0f', '\u2060 \u200e', '\u{e0061}'])(
    'of nothing to be seen is empty: %j',
    (text) => expect(hasVisibleText(text)).toBe(false),
  );

  it.each(['a', '\u200bа', '👨‍👩‍👧', '٠', '．', '\u0301'])('with something to be seen is not: %j', (text) => {
    expect(hasVisibleText(text)).toBe(true);
  });
});

describe('a text that is cut', () => {
  it('ends between two characters as readers count them', () => {
    for (const letter of ['👨‍👩‍👧‍👦', 'e\u0301', '🇩🇪', '👍🏽', '각', 'นี้', 'x']) {
      const cut = cutText(letter.repeat(100), 20);
      expect(cut.replaceAll(letter, '')).toBe('…');
      expect([...cut].length).toBeLessThanOrEqual(20);
      expect([...cut].length).toBeGreaterThan(10);
    }
  });

  it('is left alone when it is short enough', () => {
    expect([cutText('short', 5), cutText('😀😀', 2), cutText('longer', 5)]).toEqual(['short', '😀😀', 'long…']);
  });

  it('is bounded even where one letter wears ten thousand marks', () => {
    expect([...cutText(`a${'\u0301'.repeat(10_000)}`, 140)].length).toBe(140);
  });
});
