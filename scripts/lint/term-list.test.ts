import { describe, expect, it } from 'vitest';
import { parseTermList } from './term-list.ts';

const list = parseTermList(`
# A comment.
mend* -> fix
the floor -> the baseline
issue # -> (the reason)
docs: sitting -> (no diary)
ignore: src/old
`);
const found = (text: string, isDocument = false) => list.findTerms(text, isDocument).map((term) => term.found);

describe('the list of refused terms', () => {
  it.each([
    ['a word', 'we mend it', ['mend']],
    ['a word with an ending', 'Mended by mending', ['Mended', 'mending']],
    ['a part of a camelCase name', 'const mendRow = unMend();', ['mend', 'Mend']],
    ['a constant', 'MEND_ALL', ['MEND']],
    [
      'words apart, joined or on another case',
      'the floor, theFloor, the-floor, THE_FLOOR',
      ['the floor', 'the Floor', 'the-floor', 'THE_FLOOR'],
    ],
    ['a number', 'see issue 12', ['issue 12']],
    ['nothing inside another word', 'amendment, Math.floor', []],
  ])('finds %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('names the line and the word to use', () => {
    expect(list.findTerms('one\nmend two', false)).toEqual([{ line: 2, found: 'mend', replacement: 'fix' }]);
  });

  it('refuses diary words in documents alone', () => {
    expect(found('a sitting', true)).toEqual(['sitting']);
    expect(found('a sitting')).toEqual([]);
  });

  it('leaves out ignored folders with all that is in them, and no others', () => {
    expect(['src/old', 'src/old/a.ts', 'src/older'].map(list.isIgnored)).toEqual([true, true, false]);
  });

  it('refuses a line that it cannot read', () => {
    expect(() => parseTermList('mend fix')).toThrow('mend fix');
  });
});
