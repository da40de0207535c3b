import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluatePreconditions, ifRangeHolds, type PreconditionResult } from './conditional.ts';
import { formatHttpDate } from './http-date.ts';

const STORED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const CURRENT = { etag: '"v1"', lastModifiedMs: STORED };

/** A field value together with what an obvious reader knows of it by construction. */
interface TagField {
  text: string;
  strong: boolean;
  weak: boolean;
}
const tagField = fc.constantFrom<TagField>(
  { text: '"v1"', strong: true, weak: true },
  { text: 'W/"v1"', strong: false, weak: true },
  { text: '"v0"', strong: false, weak: false },
  { text: '"v0", W/"v1"', strong: false, weak: true },
  { text: '"v0" ,, "v1"', strong: true, weak: true },
  { text: '*', strong: true, weak: true },
  { text: 'v1', strong: false, weak: false },
  { text: '', strong: false, weak: false },
);
const dateField = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((seconds) => {
    const time = STORED - 678 + seconds * 1000;
    return { text: formatHttpDate(time), time };
  }),
  fc.constantFrom({ text: 'yesterday', time: null }, { text: '', time: null }),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

interface Fields {
  match: TagField | undefined;
  unmodified: { text: string; time: number | null } | undefined;
  noneMatch: TagField | undefined;
  modified: { text: string; time: number | null } | undefined;
}

/** The five numbered steps of RFC 9110, 13.2.2, word for word. */
function model({ match, unmodified, noneMatch, modified }: Fields): PreconditionResult {
  const stored = STORED - 678;
  const unmodifiedIsDate = unmodified !== undefined && unmodified.time !== null;
  const modifiedIsDate = modified !== undefined && modified.time !== null;
  if (match !== undefined && !match.strong) return 'failed';
  if (match === undefined && unmodifiedIsDate && !(stored <= Number(unmodified.time))) return 'failed';
  if (noneMatch?.weak === true) return 'not-modified';
  if (noneMatch === undefined && modifiedIsDate && !(stored > Number(modified.time))) return 'not-modified';
  return 'proceed';
}

describe('preconditions', () => {
  test('of every combination follow the steps of the RFC', () => {
    const fields = fc.record({
      match: maybe(tagField),
      unmodified: maybe(dateField),
      noneMatch: maybe(tagField),
      modified: maybe(dateField),
    });
    fc.assert(
      fc.property(fields, (given) => {
        const headers = {
          'if-match': given.match?.text,
          'if-unmodified-since': given.unmodified?.text,
          'if-none-match': given.noneMatch?.text,
          'if-modified-since': given.modified?.text,
        };
        expect(evaluatePreconditions(headers, CURRENT)).toBe(model(given));
      }),
      { numRuns: 3_000 },
    );
  });

  test('If-Match compares strongly: a weak tag fails', () => {
    expect(evaluatePreconditions({ 'if-match': 'W/"v1"' }, CURRENT)).toBe('failed');
    expect(evaluatePreconditions({ 'if-match': '"v0", "v1"' }, CURRENT)).toBe('proceed');
    expect(evaluatePreconditions({ 'if-match': '*' }, CURRENT)).toBe('proceed');
  });

  test('If-Unmodified-Since counts only without If-Match', () => {
    const before = formatHttpDate(STORED - 5_000);
    expect(evaluatePreconditions({ 'if-unmodified-since': before }, CURRENT)).toBe('failed');
    expect(evaluatePreconditions({ 'if-unmodified-since': before, 'if-match': '"v1"' }, CURRENT)).toBe('proceed');
  });

  test('If-None-Match compares weakly, in a list and with *', () => {
    for (const field of ['"v1"', 'W/"v1"', '"a", W/"v1", "b"', '*']) {
      expect(evaluatePreconditions({ 'if-none-match': field }, CURRENT)).toBe('not-modified');
    }
    expect(evaluatePreconditions({ 'if-none-match': '"v2"' }, CURRENT)).toBe('proceed');
  });

  test('If-Modified-Since counts only without If-None-Match', () => {
    const now = formatHttpDate(STORED);
    expect(evaluatePreconditions({ 'if-modified-since': now }, CURRENT)).toBe('not-modified');
    expect(evaluatePreconditions({ 'if-modified-since': now, 'if-none-match': '"v0"' }, CURRENT)).toBe('proceed');
  });

  test('a file stored within the second of If-Modified-Since has not been modified since', () => {
    expect(evaluatePreconditions({ 'if-modified-since': formatHttpDate(STORED) }, CURRENT)).toBe('not-modified');
    expect(evaluatePreconditions({ 'if-unmodified-since': formatHttpDate(STORED) }, CURRENT)).toBe('proceed');
    expect(evaluatePreconditions({ 'if-modified-since': formatHttpDate(STORED - 1000) }, CURRENT)).toBe('proceed');
  });

  test('a failed If-Match comes before a matching If-None-Match', () => {
    expect(evaluatePreconditions({ 'if-match': '"v0"', 'if-none-match': '"v1"' }, CURRENT)).toBe('failed');
  });

  test('an invalid date is ignored', () => {
    expect(evaluatePreconditions({ 'if-modified-since': '0', 'if-unmodified-since': 'never' }, CURRENT)).toBe(
      'proceed',
    );
  });
});

describe('If-Range', () => {
  test('holds for the exact strong tag and the exact date', () => {
    expect(ifRangeHolds('"v1"', CURRENT)).toBe(true);
    expect(ifRangeHolds(formatHttpDate(STORED), CURRENT)).toBe(true);
    expect(ifRangeHolds(undefined, CURRENT)).toBe(true);
  });

  test.each([
    'W/"v1"',
    '"v0"',
    '"v1", "v0"',
    '*',
    'v1',
    '',
    '"v1',
    formatHttpDate(STORED + 1000),
    formatHttpDate(STORED - 1000),
    'soon',
  ])('does not hold for %j', (field) => {
    expect(ifRangeHolds(field, CURRENT)).toBe(false);
  });
});
