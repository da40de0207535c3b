import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareStoragePaths } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { listAll, type StorageUnderTest } from './contract-suite.ts';
import { readAll, streamOf } from './test-bytes.ts';

/** For drivers whose older rows may have any text as path. Supabase refuses such keys, so they cannot exist there. */
export function describeUnicodePaths(name: string, open: () => Promise<StorageUnderTest>): void {
  describe(`${name} and paths in any language`, () => {
    const home = `legacy-${Date.now()}`;
    const paths = ['%2e%2e/x', '100% я.png', 'a\\b', 'ж', '\uE000', '\uFFFD', '😀.gif', 'it\'s <b>&amp;"#'].map(
      (suffix) => `${home}/${suffix}`,
    );
    let storage: FileStorage;
    let release: () => Promise<void>;
    beforeAll(async () => {
      ({ storage, release } = await open());
      await Promise.all(paths.map((path) => storage.put(path, streamOf(Buffer.from(path)))));
    });
    afterAll(() => release());

    it('reads and lists them in UTF-8 order, page by page', async () => {
      const sorted = paths.toSorted(compareStoragePaths);
      expect((await listAll(storage, `${home}/`, 2)).map((object) => object.path)).toEqual(sorted);
      for (const path of paths) expect((await readAll(await storage.open(path))).toString()).toBe(path);
    });

    it('copies and deletes them', async () => {
      for (const path of paths) await storage.copy(path, `${path}.copy`);
      const copies = paths.map((path) => `${path}.copy`);
      expect((await storage.deleteMany([...paths, ...copies])).failed).toEqual([]);
      expect(await listAll(storage, `${home}/`)).toEqual([]);
    });
  });
}
