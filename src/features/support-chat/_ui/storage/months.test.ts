import { describe, expect, it } from 'vitest';
import { fillMonths, roundUpBytes } from './months.ts';

describe('files over time', () => {
  it('show a month without files as an empty month, up to the present one', () => {
    const months = fillMonths(
      [
        { month: '2025-11', files: 2, bytes: 20 },
        { month: '2026-02', files: 1, bytes: 5 },
      ],
      '2026-03-09T10:00:00.000Z',
    );
    expect(months.map(({ month, files }) => `${month} ${files}`)).toEqual([
      '2025-11 2',
      '2025-12 0',
      '2026-01 0',
      '2026-02 1',
      '2026-03 0',
    ]);
  });

  it('do not lose a month that the database calls later than the page does', () => {
    expect(fillMonths([{ month: '2026-04', files: 1, bytes: 1 }], '2026-03-31T23:59:59.000Z')).toHaveLength(1);
  });

  it('are nothing before the first file', () => {
    expect(fillMonths([], '2026-03-09T10:00:00.000Z')).toEqual([]);
  });

  it.each([
    [0, 1024],
    [1500, 2048],
    [17 * 1024 ** 2, 20 * 1024 ** 2],
    [1000 * 1024 ** 2, 1024 ** 3],
    [3 * 1024 ** 3, 5 * 1024 ** 3],
  ])('of %d bytes have a scale to %d', (bytes, top) => {
    expect(roundUpBytes(bytes)).toBe(top);
  });
});
