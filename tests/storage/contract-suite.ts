import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStorage, StoredObject } from '#shared/file-storage/file-storage.ts';
import { mapWithLimit } from '#shared/file-storage/map-with-limit.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/file-storage/storage-errors.ts';
import { MIB, mebibytes, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

export interface StorageUnderTest {
  storage: FileStorage;
  release(): Promise<void>;
}

/** Descriptors of this process, sockets included. */
export function countDescriptors(): number {
  return readdirSync(existsSync('/proc/self/fd') ? '/proc/self/fd' : '/dev/fd').length;
}

export async function listAll(storage: FileStorage, prefix: string, limit?: number): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  let cursor: string | undefined;
  do {
    const page = await storage.list({ prefix, ...(cursor && { cursor }), ...(limit && { limit }) });
    objects.push(...page.objects);
    cursor = page.next;
  } while (cursor);
  return objects;
}

/** What every driver has to do, word for word the same. `open` may contact a real server. */
export function describeStorageContract(name: string, open: () => Promise<StorageUnderTest>): void {
  describe(`${name} keeps the storage contract`, () => {
    let storage: FileStorage;
    let release: () => Promise<void>;
    const home = `support-chat/${randomUUID()}`;
    const path = (suffix: string) => `${home}/${suffix}`;
    const put = (suffix: string, bytes: Uint8Array = Buffer.from('x')) => storage.put(path(suffix), streamOf(bytes));
    const expectNothingAt = async (suffix: string) => {
      expect(await storage.stat(path(suffix))).toBeNull();
      expect((await listAll(storage, path(suffix))).map((object) => object.path)).toEqual([]);
      expect(await storage.removeUnfinished(new Date(Date.now() + 60_000))).toEqual({ removed: 0, bytesFreed: 0 });
    };

    beforeAll(async () => {
      ({ storage, release } = await open());
    });
    afterAll(async () => {
      const rest = await listAll(storage, home);
      await storage.deleteMany(rest.map((object) => object.path));
      await release();
    });

    it('is ready', async () => {
      await expect(storage.check()).resolves.toBeUndefined();
    });

    describe('put and open', () => {
      it.each([0, 1, 65_535, 65_536, 65_537, 20 * MIB])(
        'keeps %i bytes of unknown length as they are',
        async (size) => {
          const bytes = someBytes(size);
          const before = Date.now();
          expect(await put(`size/${size}`, bytes)).toEqual({ sizeBytes: size });
          expect(sha256(await readAll(await storage.open(path(`size/${size}`))))).toBe(sha256(bytes));
          const stat = await storage.stat(path(`size/${size}`));
          expect(stat).toMatchObject({ path: path(`size/${size}`), sizeBytes: size });
          // Servers tell whole seconds, and their clocks are not ours.
          expect(Math.abs((stat?.lastModified.getTime() ?? 0) - before)).toBeLessThan(60_000);
        },
      );

      it('takes a generator and pieces of any size', async () => {
        const bytes = someBytes(3_000);
        await storage.put(path('pieces'), growingPieces(bytes));
        expect(await readAll(await storage.open(path('pieces')))).toEqual(bytes);
      });

      it('replaces an object as a whole', async () => {
        await put('twice', Buffer.from('first and longer'));
        await put('twice', Buffer.from('second'));
        expect((await readAll(await storage.open(path('twice')))).toString()).toBe('second');
      });

      it('keeps names that older programs gave', async () => {
        const name = "2023/file name (1)+&=?@;,'.png";
        await put(name, Buffer.from('old'));
        expect((await readAll(await storage.open(path(name)))).toString()).toBe('old');
        expect((await storage.stat(path(name)))?.sizeBytes).toBe(3);
        expect((await listAll(storage, path('2023/'))).map((object) => object.path)).toEqual([path(name)]);
        expect(await storage.deleteMany([path(name)])).toEqual({ deleted: [path(name)], failed: [] });
        expect(await storage.stat(path(name))).toBeNull();
      });

      it('stores many at once', async () => {
        const all = Array.from({ length: 8 }, () => someBytes(3 * MIB + 17));
        await Promise.all(all.map((bytes, index) => put(`many/${index}`, bytes)));
        const read = await Promise.all(all.map(async (_, index) => readAll(await storage.open(path(`many/${index}`)))));
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
        const part = await readAll(await storage.open(path('range'), { range: { start, end } }));
        expect(sha256(part)).toBe(sha256(bytes.subarray(start, end + 1)));
      });

      it.each([
        [0, 300_000],
        [299_999, 400_000],
        [300_000, 300_001],
      ])('refuses the range %i to %i, past the end, before the first byte', async (start, end) => {
        await expect(storage.open(path('range'), { range: { start, end } })).rejects.toThrow(StorageUnavailableError);
      });
    });

    describe('missing objects', () => {
      it('are told apart from a storage that is down', async () => {
        await expect(storage.open(path('missing'))).rejects.toThrow(StorageObjectMissingError);
        await expect(storage.open(path('missing'), { range: { start: 0, end: 9 } })).rejects.toThrow(
          StorageObjectMissingError,
        );
        expect(await storage.stat(path('missing'))).toBeNull();
        await expect(storage.copy(path('missing'), path('copy-of-missing'))).rejects.toThrow(StorageObjectMissingError);
        await expectNothingAt('copy-of-missing');
      });

      it('are nothing below an object, and an object is no folder', async () => {
        await put('leaf');
        expect(await storage.stat(path('leaf/below'))).toBeNull();
        await expect(storage.open(path('leaf/below'))).rejects.toThrow(StorageObjectMissingError);
        await put('folder/leaf');
        expect(await storage.stat(path('folder'))).toBeNull();
        await expect(storage.open(path('folder'))).rejects.toThrow(StorageObjectMissingError);
      });

      it('never name their path to whoever reads the error', async () => {
        const error: unknown = await storage.open(path('missing')).catch((reason: unknown) => reason);
        expect(String(error)).not.toContain(home);
      });
    });

    it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', 'a\0b', '', 'a/', '.tmp/x'])(
      'refuses the path %j in every method',
      async (bad) => {
        await expect(storage.put(bad, streamOf(Buffer.from('x')))).rejects.toThrow(TypeError);
        await expect(storage.open(bad)).rejects.toThrow(TypeError);
        await expect(storage.stat(bad)).rejects.toThrow(TypeError);
        await expect(storage.delete(bad)).rejects.toThrow(TypeError);
        await expect(storage.copy(path('a'), bad)).rejects.toThrow(TypeError);
        await expect(storage.copy(bad, path('a'))).rejects.toThrow(TypeError);
        const { deleted, failed } = await storage.deleteMany([bad]);
        expect(deleted).toEqual([]);
        expect(failed).toEqual([{ path: bad, error: expect.any(TypeError) }]);
      },
    );

    describe('deleting', () => {
      it('removes one object, and does not mind a missing one', async () => {
        await put('one');
        await storage.delete(path('one'));
        await storage.delete(path('one'));
        expect(await storage.stat(path('one'))).toBeNull();
      });

      it('removes more objects than fit into one request, the missing ones among them', async () => {
        const present = Array.from({ length: 5 }, (_, index) => `batch/${index * 300}`);
        await Promise.all(present.map((suffix) => put(suffix)));
        await put('batch-neighbour');
        const all = Array.from({ length: 1_205 }, (_, index) => path(`batch/${index}`));
        const { deleted, failed } = await storage.deleteMany(all);
        expect(failed).toEqual([]);
        expect(deleted.toSorted()).toEqual(all.toSorted());
        expect(await listAll(storage, path('batch/'))).toEqual([]);
        expect(await storage.stat(path('batch-neighbour'))).not.toBeNull();
        expect(await storage.deleteMany([])).toEqual({ deleted: [], failed: [] });
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
        const objects = await listAll(storage, path('list/'));
        expect(objects.map((object) => object.path)).toEqual(expected);
        expect(objects.map((object) => object.sizeBytes)).toEqual(suffixes.map((suffix) => suffix.length));
        for (const object of objects) expect(object.lastModified.getTime()).toBeGreaterThan(Date.now() - 600_000);
      });

      it.each([1, 2, 5, 100])('gives the same in pages of %i', async (limit) => {
        expect((await listAll(storage, path('list/'), limit)).map((object) => object.path)).toEqual(expected);
      });

      it('takes a prefix that ends inside a name', async () => {
        const paths = (await listAll(storage, path('list/b/1'))).map((object) => object.path);
        expect(paths).toEqual([path('list/b/1'), path('list/b/10')]);
        expect(await listAll(storage, path('list/nothing'))).toEqual([]);
        await expect(storage.list({ prefix: '../' })).rejects.toThrow(TypeError);
      });

      it('continues after objects of the page before were deleted', async () => {
        for (const suffix of ['1', '2', '3', '4']) await put(`shrinking/${suffix}`);
        const first = await storage.list({ prefix: path('shrinking/'), limit: 2 });
        await storage.deleteMany(first.objects.map((object) => object.path));
        const rest = await storage.list({ prefix: path('shrinking/'), cursor: first.next ?? '', limit: 10 });
        expect([...first.objects, ...rest.objects].map((object) => object.path.slice(-1))).toEqual([
          '1',
          '2',
          '3',
          '4',
        ]);
      });
    });

    it('copies an object, and the copy lives without it', async () => {
      const bytes = someBytes(100_000);
      await put('copy-from', bytes);
      await storage.copy(path('copy-from'), path('copies/to'));
      await storage.delete(path('copy-from'));
      expect(sha256(await readAll(await storage.open(path('copies/to'))))).toBe(sha256(bytes));
    });

    describe('an aborted or failing put', () => {
      it('leaves nothing when it is aborted in the middle', async () => {
        const controller = new AbortController();
        const body = mebibytes(12, () => {
          controller.abort();
          return sleep(50);
        });
        await expect(storage.put(path('aborted'), body, { signal: controller.signal })).rejects.toMatchObject({
          name: 'AbortError',
        });
        await expectNothingAt('aborted');
      });

      it('ends at once although the sender has fallen silent', async () => {
        const controller = new AbortController();
        const body = mebibytes(1, () => new Promise<void>(() => {}));
        const done = storage.put(path('silent'), body, { signal: controller.signal }).catch((error: unknown) => error);
        await sleep(200);
        const before = performance.now();
        controller.abort(new Error('the client went away'));
        expect(await done).toMatchObject({ name: 'AbortError' });
        expect(performance.now() - before).toBeLessThan(3_000);
        await expectNothingAt('silent');
      });

      it('does not begin when it is aborted before, and ends its body', async () => {
        const body = streamOf(someBytes(10));
        const put = storage.put(path('never'), body, { signal: AbortSignal.abort() });
        await expect(put).rejects.toMatchObject({ name: 'AbortError' });
        expect(body.destroyed).toBe(true);
        await expectNothingAt('never');
      });

      it.each([0, 1, 11])(
        'leaves nothing when the body fails after %i MiB, and throws that very error',
        async (count) => {
          const failure = new RangeError('too large');
          const body = mebibytes(count, () => {
            throw failure;
          });
          await expect(storage.put(path('failed'), body)).rejects.toBe(failure);
          await expectNothingAt('failed');
        },
      );

      it('leaves nothing when the body is destroyed under it', async () => {
        const body = streamOf(someBytes(4 * MIB));
        const done = storage.put(path('destroyed'), body).catch((error: unknown) => error);
        body.destroy();
        expect(await done).toBeInstanceOf(Error);
        await expectNothingAt('destroyed');
      });
    });

    describe('an aborted read', () => {
      const bytes = someBytes(8 * MIB);
      beforeAll(async () => {
        await put('read', bytes);
      });

      it('ends with an AbortError, before and in the middle', async () => {
        await expect(storage.open(path('read'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
          name: 'AbortError',
        });
        const controller = new AbortController();
        const stream = await storage.open(path('read'), { signal: controller.signal });
        await once(stream, 'readable');
        stream.read(1);
        controller.abort();
        await expect(readAll(stream)).rejects.toMatchObject({ name: 'AbortError' });
        expect(stream.destroyed).toBe(true);
      });

      it('leaves no descriptor or socket behind, 300 times over', async () => {
        const parallel = 10;
        const ways = [
          async () => {
            const controller = new AbortController();
            const opening = storage.open(path('read'), { signal: controller.signal });
            controller.abort();
            const stream = await opening.catch(() => null);
            stream?.on('error', () => {});
          },
          async () => {
            (await storage.open(path('read'))).destroy();
          },
          async () => {
            const stream = await storage.open(path('read'));
            await once(stream, 'readable');
            stream.read(10);
            stream.on('error', () => {}).destroy(new Error('the client went away'));
          },
        ];
        const before = countDescriptors();
        await mapWithLimit(Array.from({ length: 300 }), parallel, async () => {
          const way = ways.shift();
          if (!way) return;
          ways.push(way);
          await way();
        });
        await expect.poll(countDescriptors, { timeout: 10_000 }).toBeLessThanOrEqual(before + parallel);
        expect(sha256(await readAll(await storage.open(path('read'))))).toBe(sha256(bytes));
      });
    });
  });
}

async function* growingPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  for (let at = 0, size = 1; at < bytes.length; at += size, size = size * 2) yield bytes.subarray(at, at + size);
}
