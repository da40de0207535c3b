import { describe, expect, it } from 'vitest';
import { chooseFiles, nameForPasted } from './file-limits.ts';

const limits = { maxBytes: 100, maxCount: 2, isAllowed: (file: { name: string }) => !file.name.endsWith('.exe') };
const file = (name: string, size = 10) => ({ name, type: '', size });

describe('file limits', () => {
  it('tells each refusal apart: type, size, count', () => {
    const choice = chooseFiles(
      [file('a.exe'), file('b.png', 101), file('c.png'), file('d.png'), file('e.png')],
      0,
      limits,
    );
    expect(choice.accepted.map((f) => f.name)).toEqual(['c.png', 'd.png']);
    expect(choice.refused.map((r) => [r.name, r.reason])).toEqual([
      ['a.exe', 'TYPE'],
      ['b.png', 'TOO_LARGE'],
      ['e.png', 'TOO_MANY'],
    ]);
  });

  it('lets a file of exactly the limit pass', () => {
    expect(chooseFiles([file('a.png', 100)], 0, limits).refused).toEqual([]);
  });

  it('counts the files already in the message', () => {
    expect(chooseFiles([file('a.png'), file('b.png')], 1, limits).refused).toHaveLength(1);
  });

  it('gives a pasted screenshot the time as its name and leaves real names alone', () => {
    const now = new Date(2026, 0, 5, 9, 3, 7);
    expect(nameForPasted({ name: 'image.png', type: 'image/png', size: 1 }, now)).toBe('2026-01-05 09-03-07.png');
    expect(nameForPasted({ name: 'invoice.png', type: 'image/png', size: 1 }, now)).toBe('invoice.png');
  });
});
