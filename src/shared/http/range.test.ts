import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteRange } from '#shared/lib/file-storage/types.ts';
import { MAX_RANGE_PARTS, type RangeResult, resolveRange } from './range.ts';

const spans = (...pairs: [number, number][]): RangeResult => ({
  kind: 'spans',
  spans: pairs.map(([start, end]) => ({ start, end })),
});

/**
 * The slow and obvious reader: a regular expression, big integers and one mark for every byte of the file.
 * Runs of marked bytes are the joined ranges; they are answered in the order in which the request first touched them.
 */
function model(field: string, size: number): RangeResult {
  const set = /^bytes=(.*)$/is.exec(field)?.[1];
  if (set === undefined || !/^(?:\d*-\d*)?(?:[ \t]*,[ \t]*(?:\d*-\d*)?)*$/.test(set)) return { kind: 'ignored' };
  const members = set.split(',').flatMap((member) => member.match(/[\d-]+/) ?? []);
  const wanted: number[][] = [];
  for (const member of members) {
    const [first = '', last = ''] = member.split('-');
    if (first === '' && last === '') return { kind: 'ignored' };
    if (first !== '' && last !== '' && BigInt(last) < BigInt(first)) return { kind: 'ignored' };
    const all = Array.from({ length: size }, (_, position) => position);
    if (first === '') wanted.push(all.filter((position) => BigInt(size - position) <= BigInt(last)));
    else wanted.push(all.filter((position) => BigInt(first) <= position && (last === '' || position <= BigInt(last))));
  }
  if (members.length === 0) return { kind: 'ignored' };
  const marked = new Set(wanted.flat());
  if (marked.size === 0) return { kind: 'unsatisfiable' };
  if (members.length > 1 && marked.size === size) return { kind: 'ignored' };
  const runs: ByteRange[] = [];
  for (const [first] of wanted) {
    if (first === undefined || runs.some((run) => run.start <= first && first <= run.end)) continue;
    let [start, end] = [first, first];
    while (marked.has(start - 1)) start -= 1;
    while (marked.has(end + 1)) end += 1;
    runs.push({ start, end });
  }
  return runs.length > MAX_RANGE_PARTS ? { kind: 'ignored' } : { kind: 'spans', spans: runs };
}

const position = fc.oneof(
  { weight: 8, arbitrary: fc.nat(45).map(String) },
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 52n, max: 2n ** 70n }).map(String) },
  { weight: 1, arbitrary: fc.nat(45).map((n) => `000${n}`) },
);
const member = fc.tuple(position, position).map(([first, last]) => `${first}-${last}`);
const ordered = fc.tuple(fc.nat(45), fc.nat(6)).map(([first, length]) => `${first}-${first + length}`);
const separator = fc.constantFrom(',', ', ', ' ,\t', ',,', ', ,');
const rangeField = fc
  .tuple(
    fc.constantFrom('bytes=', 'Bytes=', 'BYTES='),
    fc.array(fc.tuple(fc.oneof(member, ordered), separator), { maxLength: 14 }),
  )
  .map(
    ([unit, members]) =>
      unit + members.map(([text, after], i) => (i < members.length - 1 ? text + after : text)).join(''),
  );
const orderedField = fc.array(ordered, { minLength: 1, maxLength: 20 }).map((members) => `bytes=${members.join(',')}`);
const noise = fc
  .string({ unit: fc.constantFrom('0', '1', '9', '-', ',', ' ', '\t', '=', 'b', '+', '.'), maxLength: 12 })
  .map((text) => `bytes=${text}`);

describe('a Range field', () => {
  test('of any form selects what a naive model selects', () => {
    fc.assert(
      fc.property(fc.oneof(rangeField, orderedField, noise), fc.integer({ min: 1, max: 60 }), (field, size) => {
        expect(resolveRange(field, size)).toEqual(model(field, size));
      }),
      { numRuns: 5_000 },
    );
  });

  test('of one range is answered from its start to its end', () => {
    expect(resolveRange('bytes=0-0', 100)).toEqual(spans([0, 0]));
    expect(resolveRange('bytes=10-19', 100)).toEqual(spans([10, 19]));
    expect(resolveRange('bytes=90-', 100)).toEqual(spans([90, 99]));
    expect(resolveRange('bytes=-5', 100)).toEqual(spans([95, 99]));
  });

  test('that exceeds the file is clamped to it', () => {
    expect(resolveRange('bytes=-1000', 200)).toEqual(spans([0, 199]));
    expect(resolveRange('bytes=50-1000', 200)).toEqual(spans([50, 199]));
    expect(resolveRange('bytes=0-', 200)).toEqual(spans([0, 199]));
  });

  test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=-0,100-', 'bytes=99999999999999999999-'])(
    'that lies past the end is unsatisfiable: %s',
    (field) => {
      expect(resolveRange(field, 100)).toEqual({ kind: 'unsatisfiable' });
    },
  );

  test.each([
    'items=0-1',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,5-2',
    'bytes=a-b',
    'bytes=1',
    'bytes=0x1-2',
    'bytes=+1-2',
    'bytes=1.0-2',
    'bytes=1-2-3',
    'bytes=--1',
    'bytes 0-1',
    'bytes =0-1',
    'bytes= 0-1',
    'bytes=0 -1',
    'bytes=0-1;2-3',
    'bytes=٠-١',
    '0-1',
    '',
  ])('that is another unit or breaks the grammar is ignored: %j', (field) => {
    expect(resolveRange(field, 100)).toEqual({ kind: 'ignored' });
  });

  test('of numbers no double can hold is compared digit by digit', () => {
    expect(resolveRange('bytes=0-99999999999999999999999999', 10)).toEqual(spans([0, 9]));
    expect(resolveRange('bytes=99999999999999999999-99999999999999999998', 10)).toEqual({ kind: 'ignored' });
    expect(resolveRange('bytes=99999999999999999998-99999999999999999999', 10)).toEqual({ kind: 'unsatisfiable' });
    expect(resolveRange(`bytes=${'0'.repeat(5_000)}1-2`, 10)).toEqual(spans([1, 2]));
  });

  test('with overlapping and adjacent ranges has them joined, in the order of the request', () => {
    expect(resolveRange('bytes=50-59,10-14,15-19,55-64', 100)).toEqual(spans([50, 64], [10, 19]));
  });

  test('drops the unsatisfiable ranges beside others', () => {
    expect(resolveRange('bytes=500-600,-0,7-8', 100)).toEqual(spans([7, 8]));
  });

  test('of up to eight separate ranges is served, of nine ignored', () => {
    const separate = (count: number) =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * 10}-${i * 10}`).join()}`;
    expect(resolveRange(separate(8), 1000)).toMatchObject({ kind: 'spans', spans: { length: 8 } });
    expect(resolveRange(separate(9), 1000)).toEqual({ kind: 'ignored' });
  });

  test('of several ranges that together are the whole file is ignored', () => {
    expect(resolveRange('bytes=0-49,50-99', 100)).toEqual({ kind: 'ignored' });
    expect(resolveRange('bytes=0-,0-,0-', 100)).toEqual({ kind: 'ignored' });
    expect(resolveRange('bytes=0-99', 100)).toEqual(spans([0, 99]));
  });

  test('of thousands of ranges takes linear time', () => {
    const hostile = (count: number) =>
      `bytes=${Array.from({ length: count }, (_, i) => ((i * 7919) % count) * 2)
        .map((at) => `${at}-${at}`)
        .join()}`;
    const fields = [hostile(100_000), `bytes=${'0-,'.repeat(100_000)}`, `bytes=${' '.repeat(300_000)},0-0`];
    const startedAt = process.cpuUsage().user / 1000;
    for (const field of fields) resolveRange(field, 1e9);
    expect(process.cpuUsage().user / 1000 - startedAt).toBeLessThan(10_000);
  });
});
