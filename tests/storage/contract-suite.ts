import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStorage, PutResult, StoredObject } from '#shared/lib/file-storage/types.ts';
import { describeAborts } from './contract-aborts.ts';
import { describeBytes } from './contract-bytes.ts';
import { describeObjects } from './contract-objects.ts';
import { streamOf } from './test-bytes.ts';

export interface StorageUnderTest {
  storage: FileStorage;
  /** How many uploads lie about unfinished, where the server can tell and `removeUnfinished` does not. */
  countUnfinished?(): Promise<number>;
  release(): Promise<void>;
}

export interface ContractContext {
  readonly storage: FileStorage;
  /** A path unique to this run. */
  path(suffix: string): string;
  put(suffix: string, bytes?: Uint8Array): Promise<PutResult>;
  /** Asserts that no object and no unfinished upload is left. */
  expectNothingAt(suffix: string): Promise<void>;
}

/** Every object below a prefix, through all pages. */
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

/** The tests every driver must pass unchanged. `open` may connect to a real server. */
export function describeStorageContract(name: string, open: () => Promise<StorageUnderTest>): void {
  describe(`${name} keeps the storage contract`, () => {
    let opened: StorageUnderTest;
    const home = `support-chat/${randomUUID()}`;
    const suite: ContractContext = {
      get storage() {
        return opened.storage;
      },
      path: (suffix) => `${home}/${suffix}`,
      put: (suffix, bytes = Buffer.from('x')) => suite.storage.put(suite.path(suffix), streamOf(bytes)),
      expectNothingAt: async (suffix) => {
        expect(await suite.storage.stat(suite.path(suffix))).toBeNull();
        expect((await listAll(suite.storage, suite.path(suffix))).map((object) => object.path)).toEqual([]);
        const removed = await suite.storage.removeUnfinished(new Date(Date.now() + 60_000));
        expect(removed).toEqual({ removed: 0, bytesFreed: 0 });
        expect((await opened.countUnfinished?.()) ?? 0).toBe(0);
      },
    };

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      const rest = await listAll(suite.storage, home);
      await suite.storage.deleteMany(rest.map((object) => object.path));
      await opened.release();
    });

    it('is ready', async () => {
      await expect(suite.storage.check()).resolves.toBeUndefined();
    });

    describeBytes(suite);
    describeObjects(suite);
    describeAborts(suite);
  });
}
