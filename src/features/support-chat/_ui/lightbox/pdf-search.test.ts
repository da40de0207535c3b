import { describe, expect, it } from 'vitest';
import { findInPage } from './pdf-search.ts';

describe('search in a PDF', () => {
  it('finds words over the borders of pieces, whatever the case and the spaces', () => {
    const pieces = ['Invoice  No', '', '42 for', 'Anna'];
    expect(findInPage(3, pieces, 'invoice no 42')).toEqual([
      { page: 3, from: { piece: 0, offset: 0 }, to: { piece: 2, offset: 2 } },
    ]);
    expect(findInPage(1, pieces, '  FOR   anna ')).toHaveLength(1);
  });

  it('finds every place once and in order', () => {
    expect(findInPage(1, ['aa aa', 'aa'], 'aa').map((match) => match.from)).toEqual([
      { piece: 0, offset: 0 },
      { piece: 0, offset: 3 },
      { piece: 1, offset: 0 },
    ]);
  });

  it('reads Cyrillic and letters whose lower case is longer', () => {
    expect(findInPage(1, ['СЧЁТ № 7'], 'счёт')).toHaveLength(1);
    expect(findInPage(1, ['İstanbul café'], 'café')[0]?.from).toEqual({ piece: 0, offset: 9 });
  });

  it('finds nothing for nothing', () => {
    expect(findInPage(1, ['text'], '  ')).toEqual([]);
    expect(findInPage(1, [], 'text')).toEqual([]);
  });
});
