import { beforeAll, describe, expect, it } from 'vitest';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { type ContractContext, listAll } from './contract-suite.ts';
import { MIB, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

/** Writing, reading, ranges, missing objects and invalid paths. */
export function describeBytes(suite: ContractContext): void {
  const { path, put, expectNothingAt } = suite;
  describe('put and open', () => {
    it.each([0, 1, 65_535, 65_536, 65_537, 20 * MIB])('keeps %i bytes of unknown length as they are', async (size) => {
      const bytes = someBytes(size);
      const before = Date.now();
      expect(await put(`size/${size}`, bytes)).toEqual({ sizeBytes: size });
      expect(sha256(await readAll(await suite.storage.open(path(`size/${size}`))))).toBe(sha256(bytes));
      const stat = await suite.storage.stat(path(`size/${size}`));
      expect(stat).toMatchObject({ path: path(`size/${size}`), sizeBytes: size });
      // Servers report whole seconds, by their own clock.
      expect(Math.abs((stat?.lastModified.getTime() ?? 0) - before)).toBeLessThan(60_000);
    });

    it('takes a generator and pieces of any size', async () => {
      const bytes = someBytes(3_000);
      await suite.storage.put(path('pieces'), growingPieces(bytes));
      expect(await readAll(await suite.storage.open(path('pieces')))).toEqual(bytes);
    });

    it('replaces an object as a whole', async () => {
      await put('twice', Buffer.from('first and longer'));
      await put('twice', Buffer.from('second'));
      expect((await readAll(await suite.storage.open(path('twice')))).toString()).toBe('second');
    });

    it('keeps names that older programs gave', async () => {
      const name = "2023/file name (1)+&=?@;,'.png";
      await put(name, Buffer.from('old'));
      expect((await readAll(await suite.storage.open(path(name)))).toString()).toBe('old');
      expect((await suite.storage.stat(path(name)))?.sizeBytes).toBe(3);
      expect((await listAll(suite.storage, path('2023/'))).map((object) => object.path)).toEqual([path(name)]);
      expect(await suite.storage.deleteMany([path(name)])).toEqual({ deleted: [path(name)], failed: [] });
      expect(await suite.storage.stat(path(name))).toBeNull();
    });

    it('stores many at once', async () => {
      const all = Array.from({ length: 8 }, () => someBytes(3 * MIB + 17));
      await Promise.all(all.map((bytes, index) => put(`many/${index}`, bytes)));
      const read = await Promise.all(
        all.map(async (_, index) => readAll(await suite.storage.open(path(`many/${index}`)))),
      );
      expect(read.map(sha256)).toEqual(all.map(sha256));
    });
  });

  describe('ranges', () => {
    const bytes = someBytes(300_000);
    beforeAll(async () => {
      await put('range', bytes);
    });

    it.each([
      [0, 0],
      [299_999, 299_999],
      [0, 299_999],
      [65_535, 65_536],
      [1_000, 270_000],
    ])('gives exactly the bytes %i to %i', async (start, end) => {
      const part = await readAll(await suite.storage.open(path('range'), { range: { start, end } }));
      expect(sha256(part)).toBe(sha256(bytes.subarray(start, end + 1)));
    });

    it.each([
      [0, 300_000],
      [299_999, 400_000],
      [300_000, 300_001],
    ])('refuses the range %i to %i, past the end, before the first byte', async (start, end) => {
      await expect(suite.storage.open(path('range'), { range: { start, end } })).rejects.toThrow(
        StorageUnavailableError,
      );
    });
  });

  describe('missing objects', () => {
    it('are told apart from a storage that is down', async () => {
      await expect(suite.storage.open(path('missing'))).rejects.toThrow(StorageObjectMissingError);
      await expect(suite.storage.open(path('missing'), { range: { start: 0, end: 9 } })).rejects.toThrow(
        StorageObjectMissingError,
      );
      expect(await suite.storage.stat(path('missing'))).toBeNull();
      await expect(suite.storage.copy(path('missing'), path('copy-of-missing'))).rejects.toThrow(
        StorageObjectMissingError,
      );
      await expectNothingAt('copy-of-missing');
    });

    it('are nothing below an object, and an object is no folder', async () => {
      await put('leaf');
      expect(await suite.storage.stat(path('leaf/below'))).toBeNull();
      await expect(suite.storage.open(path('leaf/below'))).rejects.toThrow(StorageObjectMissingError);
      await put('folder/leaf');
      expect(await suite.storage.stat(path('folder'))).toBeNull();
      await expect(suite.storage.open(path('folder'))).rejects.toThrow(StorageObjectMissingError);
    });

    it('never name their path to whoever reads the error', async () => {
      const error: unknown = await suite.storage.open(path('missing')).catch((reason: unknown) => reason);
      expect(String(error)).not.toContain(path(''));
    });
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', 'a\0b', '', 'a/', '.tmp/x'])(
    'refuses the path %j in every method',
    async (bad) => {
      await expect(suite.storage.put(bad, streamOf(Buffer.from('x')))).rejects.toThrow(TypeError);
      await expect(suite.storage.open(bad)).rejects.toThrow(TypeError);
      await expect(suite.storage.stat(bad)).rejects.toThrow(TypeError);
      await expect(suite.storage.delete(bad)).rejects.toThrow(TypeError);
      await expect(suite.storage.copy(path('a'), bad)).rejects.toThrow(TypeError);
      await expect(suite.storage.copy(bad, path('a'))).rejects.toThrow(TypeError);
      const { deleted, failed } = await suite.storage.deleteMany([bad]);
      expect(deleted).toEqual([]);
      expect(failed).toEqual([{ path: bad, error: expect.any(TypeError) }]);
    },
  );
}

async function* growingPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  for (let at = 0, size = 1; at < bytes.length; at += size, size = size * 2) yield bytes.subarray(at, at + size);
}
