import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStoragePaths } from '#shared/lib/file-storage/storage-path.ts';
import { mergeJoin, UnsortedError } from './merge-join.ts';

async function* from<Item>(items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('the merge-join of rows and objects', () => {
  it('pairs equal paths and tells what only one side has, as a look-up in sets would', async () => {
    const paths = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '/', 'я', '\uffff', '😀'), maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(paths, paths, async (lefts, rights) => {
        const left = lefts.toSorted(compareStoragePaths).map((path) => ({ path }));
        const right = [...new Set(rights)].sort(compareStoragePaths).map((path) => ({ path }));
        const matches = await collect(mergeJoin(from(left), from(right), compareStoragePaths));
        expect(matches.map(({ path }) => path)).toEqual([...new Set([...lefts, ...rights])].sort(compareStoragePaths));
        for (const match of matches) {
          expect(match.left.length).toBe(lefts.filter((path) => path === match.path).length);
          expect(match.right.length).toBe(rights.includes(match.path) ? 1 : 0);
        }
      }),
    );
  });

  it('refuses a side that is not sorted, because every finding after that would be false', async () => {
    const join = mergeJoin(from([{ path: 'b' }, { path: 'a' }]), from([{ path: 'a' }]), compareStoragePaths);
    await expect(collect(join)).rejects.toThrow(UnsortedError);
  });
});
