import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { mapWithLimit } from '../../_model/map-with-limit.ts';
import { assertStoragePrefix } from '../../storage-path.ts';
import type { ListOptions, ListPage, StoredObject } from '../../types.ts';
import { isMissing, toStorageError } from './local-errors.ts';
import { walkFolder } from './walk-folder.ts';

const PAGE_OBJECTS = 1000;
const PARALLEL_STATS = 16;
const KEPT_WALKS = 4;
const KEPT_FOR_MS = 30_000;

interface KeptWalk {
  paths: AsyncGenerator<string, void, undefined>;
  timer: NodeJS.Timeout;
}

/**
 * Pages of a walk. The walk itself is kept between two pages for half a minute, otherwise each page of a large folder
 * would read and sort it anew; without it (another process, a late caller) the cursor alone continues the listing.
 */
export class FolderListing {
  readonly #root: string;
  readonly #kept = new Map<string, KeptWalk>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @throws TypeError for a prefix outside the alphabet, StorageUnavailableError */
  async page(options: ListOptions): Promise<ListPage> {
    assertStoragePrefix(options.prefix);
    const limit = Math.max(1, Math.min(options.limit ?? PAGE_OBJECTS, PAGE_OBJECTS));
    const after = Buffer.from(options.cursor ?? '', 'base64url').toString();
    const walk = this.#take(keyOf(options.prefix, after)) ?? walkFolder(this.#root, options.prefix, after);
    try {
      const paths = await takeSome(walk, limit);
      const objects = (await mapWithLimit(paths, PARALLEL_STATS, (path) => this.#describe(path))).filter(
        (object) => object !== null,
      );
      const last = paths.at(-1);
      if (last === undefined || paths.length < limit) return { objects };
      this.#keep(keyOf(options.prefix, last), walk);
      return { objects, next: Buffer.from(last).toString('base64url') };
    } catch (error) {
      throw toStorageError(error);
    }
  }

  clear(): void {
    for (const { timer } of this.#kept.values()) clearTimeout(timer);
    this.#kept.clear();
  }

  /** Null when the file was deleted since its name was read. */
  async #describe(path: string): Promise<StoredObject | null> {
    try {
      const stats = await lstat(join(this.#root, path));
      return { path, sizeBytes: stats.size, lastModified: stats.mtime };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  #take(key: string): KeptWalk['paths'] | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    clearTimeout(kept.timer);
    this.#kept.delete(key);
    return kept.paths;
  }

  #keep(key: string, paths: KeptWalk['paths']): void {
    this.#take(key);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= KEPT_WALKS && !oldest.done) this.#take(oldest.value);
    const timer = setTimeout(() => this.#kept.delete(key), KEPT_FOR_MS);
    timer.unref();
    this.#kept.set(key, { paths, timer });
  }
}

async function takeSome(paths: AsyncGenerator<string, void, undefined>, limit: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < limit) {
    const result = await paths.next();
    if (result.done) break;
    taken.push(result.value);
  }
  return taken;
}

function keyOf(prefix: string, after: string): string {
  return `${prefix}\0${after}`;
}
