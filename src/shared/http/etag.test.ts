import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesEntityTags, strongEntityTag } from './etag.ts';

const SHA = 'ab'.repeat(32);
const opaque = fc.string({
  unit: fc.constantFrom('a', 'b', 'W', '/', ',', '\\', '*', "'", '\u00e9', '!', '~'),
  maxLength: 4,
});
const tag = fc.record({ weak: fc.boolean(), opaque });
const gap = fc.constantFrom(',', ' , ', '\t,', ', ,', ',,\t, ');

describe('the tag of a file', () => {
  test('is the hash of its bytes in quotes', () => {
    expect(strongEntityTag(SHA, 'id', 10)).toBe(`"${SHA}"`);
  });

  test('already quoted in an older row is taken as it is', () => {
    expect(strongEntityTag('"d41d8cd98f"', 'id', 10)).toBe('"d41d8cd98f"');
  });

  test.each([null, '', '"', '""', 'W/"weak"', 'W/weak', 'with space', 'quo"te', 'line\r\nbreak', 'héx', '"a"b"'])(
    'that cannot be used (%j) is replaced by a strong one from id and size',
    (stored) => {
      expect(strongEntityTag(stored, 'id-1', 255)).toBe('"id-1-ff"');
    },
  );

  test('from an id of any characters is one well-formed strong tag', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (id, size) => {
        expect(strongEntityTag(null, id, size)).toMatch(/^"[\x21\x23-\x7e]+"$/);
      }),
    );
    expect(strongEntityTag(null, 'a\ud800"', 1)).toMatch(/^"[\x21\x23-\x7e]+"$/);
  });
});

describe('a list of tags', () => {
  test('matches like a naive model, whatever commas, blanks and empty members it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(tag, gap)),
        opaque,
        fc.constantFrom('weak', 'strong'),
        (list, current, comparison) => {
          const field = list.map(([member, after]) => `${member.weak ? 'W/' : ''}"${member.opaque}"${after}`).join('');
          const expected = list.some(
            ([member]) => member.opaque === current && (comparison === 'weak' || !member.weak),
          );
          expect(matchesEntityTags(field, `"${current}"`, comparison)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('compares weakly for If-None-Match and strongly for If-Match', () => {
    expect(matchesEntityTags(`W/"${SHA}"`, `"${SHA}"`, 'weak')).toBe(true);
    expect(matchesEntityTags(`W/"${SHA}"`, `"${SHA}"`, 'strong')).toBe(false);
  });

  test('that is a star matches any file', () => {
    expect(matchesEntityTags('*', '"x"', 'strong')).toBe(true);
  });

  test.each([
    'x',
    '"x',
    'x"',
    '"a" "x"',
    '"x"junk',
    'w/"x"',
    "'x'",
    '*, "x"',
    '"x", *',
    '"x", y',
    '"a b", "x"',
    'W/ "x"',
  ])('that breaks the grammar (%s) matches nothing', (field) => {
    expect(matchesEntityTags(field, '"x"', 'weak')).toBe(false);
  });

  test('does not match a tag that only contains the current one', () => {
    expect(matchesEntityTags('"xx", "ax", "xa"', '"x"', 'weak')).toBe(false);
  });

  test('of the largest header a server takes is read in one pass', () => {
    const unclosed = '"'.repeat(2_000_000);
    const many = '"a",'.repeat(500_000);
    const startedAt = process.cpuUsage().user / 1000;
    expect(matchesEntityTags(unclosed, '"x"', 'weak')).toBe(false);
    expect(matchesEntityTags(`${many}"x"`, '"x"', 'weak')).toBe(true);
    expect(process.cpuUsage().user / 1000 - startedAt).toBeLessThan(10_000);
  });
});
