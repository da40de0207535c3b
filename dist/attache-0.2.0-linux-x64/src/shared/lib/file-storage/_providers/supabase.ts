import type { Readable } from 'node:stream';
import { throwIfAborted } from '../_model/abort.ts';
import { DeferredRemovals } from '../_model/deferred-removals.ts';
import { mapWithLimit } from '../_model/map-with-limit.ts';
import { PutBody } from '../_model/put-body.ts';
import { assertStoragePath, assertStoragePrefix, isStoragePath } from '../storage-path.ts';
import type { SupabaseStorageSettings } from '../storage-settings.ts';
import type {
  DeleteManyResult,
  FileStorage,
  ListOptions,
  ListPage,
  Offload,
  OpenOptions,
  PutOptions,
  PutResult,
  SignedUrlOptions,
  StoredObject,
} from '../types.ts';
import { checkSupabaseReachable, checkSupabaseWritable } from './supabase/supabase-check.ts';
import { isRefusal, requireData, toStorageError, toUnavailable } from './supabase/supabase-errors.ts';
import { encodePath, SupabaseFiles } from './supabase/supabase-files.ts';
import { openFromSupabase } from './supabase/supabase-read.ts';

/** The most that one remove takes. */
const BATCH_PATHS = 1000;
const PARALLEL_BATCHES = 4;
const FULL_CHECK_EVERY_MS = 5 * 60_000;
/** What Supabase's dashboard puts into empty folders. */
const PLACEHOLDER = '.emptyFolderPlaceholder';
const NO_BODY = Buffer.alloc(0);

/** A private bucket of Supabase Storage, hosted or one's own. */
export class SupabaseStorage implements FileStorage {
  readonly driver = 'supabase';
  readonly offload: Offload = { signedUrl: (path, options) => this.#signedUrl(path, options) };
  readonly #files: SupabaseFiles;
  readonly #deferred = new DeferredRemovals();
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs see `FileStorageSettings` */
  constructor(settings: SupabaseStorageSettings, timeoutMs?: number) {
    this.#files = new SupabaseFiles(settings, timeoutMs);
  }

  /** The media type given here is what signed links carry: Supabase lets no link change it. */
  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const { signal, contentType = 'application/octet-stream' } = options;
    const body = new PutBody(source, signal);
    let mayExist = false;
    try {
      assertStoragePath(path);
      throwIfAborted(signal);
      await this.#deferred.reclaim(path);
      mayExist = true;
      const bucket = this.#files.client({ signal, body }).from(this.#files.bucket);
      // Shared caches between the storage and a signed link's holder must not keep private files.
      const headers = { 'cache-control': 'private, max-age=0' };
      requireData(await bucket.upload(encodePath(path), NO_BODY, { upsert: true, contentType, headers }));
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      const isStorageAlive = body.failure !== null || signal?.aborted === true;
      if (mayExist && !isRefusal(error)) await this.#removeRest(path, isStorageAlive);
      throw body.explain(error, toUnavailable);
    }
  }

  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    assertStoragePath(path);
    return openFromSupabase(this.#files, path, options);
  }

  /** From the listing: the storage's own look-up answers differently in each of its versions. */
  async stat(path: string): Promise<StoredObject | null> {
    assertStoragePath(path);
    const { objects } = await this.list({ prefix: path, limit: 1 });
    return objects[0]?.path === path ? objects[0] : null;
  }

  async delete(path: string): Promise<void> {
    assertStoragePath(path);
    try {
      await this.#remove([path]);
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  /** The storage answers for a batch as a whole: if it fails, all its paths have failed. */
  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    const result: DeleteManyResult = { deleted: [], failed: [] };
    const valid = [...new Set(paths)].filter(isStoragePath);
    for (const path of paths) {
      if (!isStoragePath(path)) result.failed.push({ path, error: new TypeError('not a storage path') });
    }
    const batches: string[][] = [];
    for (let at = 0; at < valid.length; at += BATCH_PATHS) batches.push(valid.slice(at, at + BATCH_PATHS));
    await mapWithLimit(batches, PARALLEL_BATCHES, async (batch) => {
      try {
        await this.#remove(batch);
        result.deleted.push(...batch);
      } catch (error) {
        const failure = toUnavailable(error);
        result.failed.push(...batch.map((path) => ({ path, error: failure })));
      }
    });
    return result;
  }

  async list(options: ListOptions): Promise<ListPage> {
    assertStoragePrefix(options.prefix);
    try {
      const page = requireData(
        await this.#files
          .client()
          .from(this.#files.bucket)
          .listV2({
            prefix: options.prefix,
            limit: Math.min(options.limit ?? 1000, 1000),
            with_delimiter: false,
            ...(options.cursor !== undefined && { cursor: options.cursor }),
          }),
      );
      const objects = page.objects
        .map((object) => ({
          path: object.name,
          sizeBytes: Number(object.metadata?.size ?? 0),
          lastModified: new Date(object.metadata?.lastModified ?? object.updated_at),
        }))
        .filter(({ path }) => isStoragePath(path) && !path.endsWith(PLACEHOLDER));
      return page.hasNext && page.nextCursor ? { objects, next: page.nextCursor } : { objects };
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async copy(from: string, to: string): Promise<void> {
    assertStoragePath(from);
    assertStoragePath(to);
    await this.#deferred.reclaim(to);
    try {
      requireData(await this.#files.client().from(this.#files.bucket).copy(from, to));
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Nothing to remove: the storage itself drops what an interrupted upload has sent. */
  async removeUnfinished(): Promise<{ removed: number; bytesFreed: number }> {
    return { removed: 0, bytesFreed: 0 };
  }

  /** Reachable and private each time; writable after five minutes again, since each such check stores an object. */
  async check(options: { signal?: AbortSignal } = {}): Promise<void> {
    await checkSupabaseReachable(this.#files, options.signal);
    if (performance.now() - this.#checkedAt < FULL_CHECK_EVERY_MS) return;
    await checkSupabaseWritable(this.#files, options.signal);
    this.#checkedAt = performance.now();
  }

  async close(): Promise<void> {
    this.#deferred.close();
    this.#files.transport.close();
  }

  async #remove(paths: string[]): Promise<void> {
    requireData(await this.#files.client().from(this.#files.bucket).remove(paths));
  }

  /** A storage that does not answer is not waited for: the sender has waited long enough for the first failure. */
  async #removeRest(path: string, isStorageAlive: boolean): Promise<void> {
    const remove = () => this.#remove([path]);
    if (!isStorageAlive) {
      this.#deferred.add(path, remove, 2);
      return;
    }
    await remove().then(
      () => this.#deferred.add(path, remove, 1),
      () => this.#deferred.add(path, remove, 2),
    );
  }

  async #signedUrl(path: string, options: SignedUrlOptions): Promise<string> {
    assertStoragePath(path);
    try {
      const bucket = this.#files.client().from(this.#files.bucket);
      const { signedUrl } = requireData(await bucket.createSignedUrl(encodePath(path), options.expiresInSeconds));
      const url = this.#files.signedAddress(path, new URL(signedUrl).searchParams.get('token') ?? '');
      const name = attachmentName(options.contentDisposition);
      if (name !== null) url.searchParams.set('download', name);
      return url.href;
    } catch (error) {
      throw toStorageError(error);
    }
  }
}

/** The name of an `attachment` disposition (RFC 6266), empty without one; null for any other. */
function attachmentName(disposition: string): string | null {
  if (!/^attachment\b/i.test(disposition)) return null;
  const extended = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1]?.replace(/\\(.)/g, '$1') ?? '';
}
