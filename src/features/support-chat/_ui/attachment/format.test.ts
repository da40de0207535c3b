import { describe, expect, it } from 'vitest';
import { formatBytes, formatDay, formatDuration, splitName } from './format.ts';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('formats', () => {
  it('says sizes as file managers do, in the language of the reader', () => {
    expect(formatBytes(0, 'en')).toBe('0 bytes');
    expect(formatBytes(1, 'en')).toBe('1 byte');
    expect(formatBytes(1_000, 'en')).toBe('1 kB');
    expect(formatBytes(1_536, 'en')).toBe('2 kB');
    expect(formatBytes(2_516_582, 'en')).toBe('2.4 MB');
    expect(plain(formatBytes(2_516_582, 'ru'))).toBe('2,4 МБ');
    expect(formatBytes(104_857_600, 'en')).toBe('100 MB');
  });

  it('calls the last two days by name', () => {
    const now = new Date(2026, 2, 12, 0, 30);
    expect(formatDay(new Date(2026, 2, 12, 0, 1).toISOString(), 'en', now)).toBe('Today');
    expect(formatDay(new Date(2026, 2, 11, 23, 59).toISOString(), 'ru', now)).toBe('Вчера');
    expect(formatDay(new Date(2026, 2, 10).toISOString(), 'ru', now)).toBe('10 марта');
    expect(formatDay(new Date(2025, 2, 10).toISOString(), 'en', now)).toBe('March 10, 2025');
  });

  it('says durations like a player', () => {
    expect([0, 7, 725, 3723].map(formatDuration)).toEqual(['0:00', '0:07', '12:05', '1:02:03']);
  });

  it('keeps the end of a long name, and emoji whole', () => {
    expect(splitName('short.pdf')).toEqual(['short.pdf', '']);
    expect(splitName('A very long contract of 2026.pdf', 8)).toEqual(['A very long contract of ', '2026.pdf']);
    expect(splitName('👩‍🚀'.repeat(10), 3).join('')).toBe('👩‍🚀'.repeat(10));
  });
});
