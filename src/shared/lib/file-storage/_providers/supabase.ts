import type { Readable } from 'node:stream';
import { createAbortError, throwIfAborted } from '../_driver/abort.ts';
import { PutBody } from '../_driver/put-body.ts';
import { deleteInBatches, failedBatch } from '../_remote/delete-in-batches.ts';
import { openRemoteBody } from '../_remote/remote-body.ts';
import { settleUnlessSilent } from '../_remote/settle-unless-silent.ts';
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
import { encodePath, requireData, SupabaseClient } from './supabase/supabase-client.ts';
import { isRefusal, toStorageError, toUnavailable } from './supabase/supabase-errors.ts';

const FULL_CHECK_EVERY_MS = 5 * 60_000;
/** What Supabase's dashboard puts into empty folders. */
const PLACEHOLDER = '.emptyFolderPlaceholder';

/** A private bucket of Supabase Storage, hosted or one's own. */
export class SupabaseStorage implements FileStorage {
  readonly driver = 'supabase';
  readonly offload: Offload = { signedUrl: (path, options) => this.#signedUrl(path, options) };
  readonly #client: SupabaseClient;
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs see `FileStorageSettings` */
  constructor(settings: SupabaseStorageSettings, timeoutMs?: number) {
    this.#client = new SupabaseClient(settings, timeoutMs);
  }

  /** The media type given here is what signed links carry: Supabase lets no link change it. */
  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const { signal, contentType = 'application/octet-stream' } = options;
    const body = new PutBody(source, signal);
    let mayExist = false;
    try {
      assertStoragePath(path);
      throwIfAborted(signal);
      mayExist = true;
      await this.#client.upload(path, body, contentType, signal);
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      if (mayExist && !isRefusal(error)) await settleUnlessSilent(this.#client.files().remove([path]), error);
      throw body.explain(error, toUnavailable);
    }
  }

  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    assertStoragePath(path);
    const { range, signal } = options;
    throwIfAborted(signal);
    try {
      const response = await this.#client.download(path, range && `bytes=${range.start}-${range.end}`, signal);
      const length = response.headers['content-length'];
      return await openRemoteBody(response, {
        range,
        contentLength: length === undefined ? undefined : Number(length),
        contentRange: response.headers['content-range'],
        timeoutMs: this.#client.timeoutMs,
        signal,
        toStorageError: toUnavailable,
      });
    } catch (error) {
      if (signal?.aborted) throw createAbortError(signal);
      throw toStorageError(error);
    }
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
      requireData(await this.#client.files().remove([path]));
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  /** The storage answers for a batch as a whole: if it fails, all its paths have failed. */
  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    return deleteInBatches(paths, async (batch) => {
      const { error } = await this.#client.files().remove(batch);
      return error ? failedBatch(batch, toUnavailable(error)) : { deleted: batch, failed: [] };
    });
  }

  async list(options: ListOptions): Promise<ListPage> {
    assertStoragePrefix(options.prefix);
    try {
      const page = requireData(
        await this.#client.files().listV2({
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
    try {
      requireData(await this.#client.files().copy(from, to));
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
    await checkSupabaseReachable(this.#client, options.signal);
    if (performance.now() - this.#checkedAt < FULL_CHECK_EVERY_MS) return;
    await checkSupabaseWritable(this.#client, options.signal);
    this.#checkedAt = performance.now();
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #signedUrl(path: string, options: SignedUrlOptions): Promise<string> {
    assertStoragePath(path);
    try {
      const signing = this.#client.files().createSignedUrl(encodePath(path), options.expiresInSeconds);
      const { signedUrl } = requireData(await signing);
      const url = this.#client.signedAddress(path, new URL(signedUrl).searchParams.get('token') ?? '');
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
