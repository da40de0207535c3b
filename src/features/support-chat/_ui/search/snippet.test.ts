import { describe, expect, it } from 'vitest';
import { cutSnippet } from './snippet.ts';

describe('the words around what was found', () => {
  it('show the place itself, however far into the message it stands', () => {
    const { before, match, after } = cutSnippet(`${'long story. '.repeat(50)}the Parcel came`, 'parcel');
    expect(match).toBe('Parcel');
    expect(before.startsWith('…')).toBe(true);
    expect(before.length).toBeLessThan(40);
    expect(after).toBe(' came');
  });

  it('stand on one line', () => {
    expect(cutSnippet('one\n\ntwo  three', 'two three')).toEqual({ before: 'one ', match: 'two three', after: '' });
  });

  it('are the start of the message when only its file was meant', () => {
    expect(cutSnippet('See the file', 'invoice')).toEqual({ before: 'See the file', match: '', after: '' });
  });

  it('never break a letter that is made of two', () => {
    const { before } = cutSnippet(`${'😀'.repeat(40)}x needle`, 'needle');
    expect(before.isWellFormed()).toBe(true);
  });
});
