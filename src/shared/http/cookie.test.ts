import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCookie } from './cookie.ts';

describe('a cookie', () => {
  test.each([
    ['session=abc', 'abc'],
    ['a=1; session=abc; b=2', 'abc'],
    ['a=1;session=abc', 'abc'],
    ['session="abc"', 'abc'],
    ['session=', ''],
    ['session=a%2Bb.c%3D', 'a+b.c='],
    ['session=50%', '50%'],
    ['session=a=b', 'a=b'],
    ['session=first; session=second', 'first'],
  ])('is found by its whole name: %s', (header, value) => {
    expect(readCookie(header, 'session')).toBe(value);
  });

  test.each([undefined, '', ';', 'xsession=1', 'sessionx=1', 'session', 'SESSION=1', 'a=session=1', 'a="; b'])(
    'that was not sent is null: %j',
    (header) => {
      expect(readCookie(header, 'session')).toBeNull();
    },
  );

  test('comes back as it was set, beside any others', () => {
    const name = fc.stringMatching(/^[a-z_.-]{1,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([key]) => key }), (cookies) => {
        const header = cookies.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('; ');
        for (const [key, value] of cookies) expect(readCookie(header, key)).toBe(value);
      }),
    );
  });

  test('is looked for in one pass', () => {
    const startedAt = process.cpuUsage().user / 1000;
    expect(
      readCookie(`${' '.repeat(500_000)}${';'.repeat(500_000)}${'session'.repeat(100_000)}`, 'session'),
    ).toBeNull();
    expect(process.cpuUsage().user / 1000 - startedAt).toBeLessThan(5_000);
  });
});
