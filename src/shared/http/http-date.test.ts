import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHttpDate, parseHttpDate } from './http-date.ts';

const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);
const wholeSecond = fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => seconds * 1000);

describe('a date in a request', () => {
  test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'is read in each of the three forms of the RFC: %s',
    (text) => {
      expect(parseHttpDate(text)).toBe(EXAMPLE);
    },
  );

  test('that we sent comes back as the same second', () => {
    fc.assert(
      fc.property(wholeSecond, (time) => {
        expect(parseHttpDate(formatHttpDate(time))).toBe(time);
      }),
    );
  });

  test('in the asctime form comes back as the same second', () => {
    fc.assert(
      fc.property(wholeSecond, (time) => {
        const [, day = '', month, year, clock] = /^..., (\d\d) (...) (\d{4}) (.{8})/.exec(formatHttpDate(time)) ?? [];
        expect(parseHttpDate(`Mon ${month} ${day.replace(/^0/, ' ')} ${clock} ${year}`)).toBe(time);
      }),
    );
  });

  test('with a year of two digits more than 50 years ahead lies in the past', () => {
    const now = Date.UTC(2026, 5, 1);
    expect(parseHttpDate('Friday, 01-May-76 00:00:00 GMT', now)).toBe(Date.UTC(2076, 4, 1));
    expect(parseHttpDate('Friday, 01-Jul-76 00:00:00 GMT', now)).toBe(Date.UTC(1976, 6, 1));
    expect(parseHttpDate('Friday, 01-May-26 00:00:00 GMT', now)).toBe(Date.UTC(2026, 4, 1));
  });

  test('may have a leap second and the 29th of February of a leap year', () => {
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1));
    expect(parseHttpDate('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29));
  });

  test.each([
    '',
    '1',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Xxx, 06 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
  ])('in any other form is invalid: %j', (text) => {
    expect(parseHttpDate(text)).toBeNull();
  });
});
