import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractContext, listAll } from './contract-suite.ts';
import { readAll, sha256, someBytes } from './test-bytes.ts';

/** Deleting, listing, copying. */
export function describeObjects(suite: ContractContext): void {
  const { path, put } = suite;
  describe('deleting', () => {
    it('removes one object, and does not mind a missing one', async () => {
      await put('one');
      await suite.storage.delete(path('one'));
      await suite.storage.delete(path('one'));
      expect(await suite.storage.stat(path('one'))).toBeNull();
    });

    it('removes more objects than fit into one request, the missing ones among them', async () => {
      const present = Array.from({ length: 5 }, (_, index) => `batch/${index * 300}`);
      await Promise.all(present.map((suffix) => put(suffix)));
      await put('batch-neighbour');
      const all = Array.from({ length: 1_205 }, (_, index) => path(`batch/${index}`));
      const { deleted, failed } = await suite.storage.deleteMany(all);
      expect(failed).toEqual([]);
      expect(deleted.toSorted()).toEqual(all.toSorted());
      expect(await listAll(suite.storage, path('batch/'))).toEqual([]);
      expect(await suite.storage.stat(path('batch-neighbour'))).not.toBeNull();
      expect(await suite.storage.deleteMany([])).toEqual({ deleted: [], failed: [] });
    });
  });

  describe('listing', () => {
    // In UTF-8 order: `-` and `.` come before the slash of a folder, capitals before small letters.
    const suffixes = ['A', 'a-b', 'a.b', 'a/b/c', 'a/c', 'a0', 'aB', 'b/1', 'b/10', 'b/2', 'z'];
    const expected = suffixes.map((suffix) => path(`list/${suffix}`));

    beforeAll(async () => {
      for (const suffix of suffixes.toReversed()) await put(`list/${suffix}`, Buffer.from(suffix));
    });

    it('gives every object below a prefix in UTF-8 order, with size and date', async () => {
      const objects = await listAll(suite.storage, path('list/'));
      expect(objects.map((object) => object.path)).toEqual(expected);
      expect(objects.map((object) => object.sizeBytes)).toEqual(suffixes.map((suffix) => suffix.length));
      for (const object of objects) expect(object.lastModified.getTime()).toBeGreaterThan(Date.now() - 600_000);
    });

    it.each([1, 2, 5, 100])('gives the same in pages of %i', async (limit) => {
      expect((await listAll(suite.storage, path('list/'), limit)).map((object) => object.path)).toEqual(expected);
    });

    it('takes a prefix that ends inside a name', async () => {
      const paths = (await listAll(suite.storage, path('list/b/1'))).map((object) => object.path);
      expect(paths).toEqual([path('list/b/1'), path('list/b/10')]);
      expect(await listAll(suite.storage, path('list/nothing'))).toEqual([]);
      await expect(suite.storage.list({ prefix: '../' })).rejects.toThrow(TypeError);
    });

    it('continues after objects of the page before were deleted', async () => {
      for (const suffix of ['1', '2', '3', '4']) await put(`shrinking/${suffix}`);
      const first = await suite.storage.list({ prefix: path('shrinking/'), limit: 2 });
      await suite.storage.deleteMany(first.objects.map((object) => object.path));
      const rest = await suite.storage.list({ prefix: path('shrinking/'), cursor: first.next ?? '', limit: 10 });
      expect([...first.objects, ...rest.objects].map((object) => object.path.slice(-1))).toEqual(['1', '2', '3', '4']);
    });
  });

  it('copies an object, and the copy lives without it', async () => {
    const bytes = someBytes(100_000);
    await put('copy-from', bytes);
    await suite.storage.copy(path('copy-from'), path('copies/to'));
    await suite.storage.delete(path('copy-from'));
    expect(sha256(await readAll(await suite.storage.open(path('copies/to'))))).toBe(sha256(bytes));
  });
}
