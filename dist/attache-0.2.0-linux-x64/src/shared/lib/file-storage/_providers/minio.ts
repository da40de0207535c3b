import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { throwIfAborted } from '../_model/abort.ts';
import { DeferredRemovals } from '../_model/deferred-removals.ts';
import { PutBody } from '../_model/put-body.ts';
import { Semaphore } from '../_model/semaphore.ts';
import { assertStoragePath, assertStoragePrefix, isStoragePath } from '../storage-path.ts';
import type { S3StorageSettings } from '../storage-settings.ts';
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
import { PartBuffers } from './minio/part-buffers.ts';
import { checkS3Reachable, checkS3Usable } from './minio/s3-check.ts';
import { S3Connection } from './minio/s3-connection.ts';
import { deleteManyFromS3, deleteOne } from './minio/s3-delete.ts';
import { isMissing, isRefusal, toStorageError, toUnavailable } from './minio/s3-errors.ts';
import { type Leftover, PART_BYTES, S3Put } from './minio/s3-put.ts';
import { openFromS3 } from './minio/s3-read.ts';
import { removeUnfinishedFromS3 } from './minio/s3-unfinished.ts';

/** Bodies on their way at once, of all puts together. */
const PARTS_ON_THE_WAY = 8;
/** Parts in memory at once, on their way or being filled: 30 MiB. One upload alone uses five. */
const PARTS_IN_MEMORY = 6;
const FULL_CHECK_EVERY_MS = 5 * 60_000;

/** A private bucket of any server that speaks S3. */
export class S3Storage implements FileStorage {
  readonly driver = 's3';
  readonly offload: Offload = { signedUrl: (path, options) => this.#signedUrl(path, options) };
  readonly #connection: S3Connection;
  readonly #partSlots = new Semaphore(PARTS_ON_THE_WAY);
  readonly #buffers = new PartBuffers(PART_BYTES, PARTS_IN_MEMORY);
  readonly #deferred = new DeferredRemovals();
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs see `FileStorageSettings` */
  constructor(settings: S3StorageSettings, timeoutMs?: number) {
    this.#connection = new S3Connection(settings, timeoutMs);
  }

  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const { signal, contentType } = options;
    const body = new PutBody(source, signal);
    const shared = { partSlots: this.#partSlots, buffers: this.#buffers };
    const put = new S3Put(this.#connection, { path, contentType, signal, ...shared });
    try {
      assertStoragePath(path);
      throwIfAborted(signal);
      await this.#deferred.reclaim(path);
      await put.run(body);
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      const isStorageAlive = isRefusal(error) || body.failure !== null || signal?.aborted === true;
      for (const left of put.leftovers()) await this.#removeRest(path, left, isStorageAlive);
      throw body.explain(error, toUnavailable);
    }
  }

  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    assertStoragePath(path);
    return openFromS3(this.#connection, path, options);
  }

  async stat(path: string): Promise<StoredObject | null> {
    assertStoragePath(path);
    try {
      const { output } = await this.#connection.withDeadline((abortSignal) =>
        this.#connection.errands.send(new HeadObjectCommand(this.#target(path)), { abortSignal }),
      );
      return { path, sizeBytes: output.ContentLength ?? 0, lastModified: output.LastModified ?? new Date(0) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw toUnavailable(error);
    }
  }

  async delete(path: string): Promise<void> {
    assertStoragePath(path);
    try {
      await deleteOne(this.#connection, path);
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    return deleteManyFromS3(this.#connection, paths);
  }

  /** Keys that are no storage paths (folder marks made by consoles) are left out: no row can name them. */
  async list(options: ListOptions): Promise<ListPage> {
    assertStoragePrefix(options.prefix);
    try {
      const { output } = await this.#connection.withDeadline((abortSignal) =>
        this.#connection.errands.send(
          new ListObjectsV2Command({
            Bucket: this.#connection.bucket,
            Prefix: options.prefix,
            ContinuationToken: options.cursor,
            MaxKeys: Math.min(options.limit ?? 1000, 1000),
          }),
          { abortSignal },
        ),
      );
      const objects = (output.Contents ?? []).flatMap(({ Key, Size, LastModified }) =>
        Key !== undefined && isStoragePath(Key)
          ? [{ path: Key, sizeBytes: Size ?? 0, lastModified: LastModified ?? new Date(0) }]
          : [],
      );
      const next = output.IsTruncated ? output.NextContinuationToken : undefined;
      return next === undefined ? { objects } : { objects, next };
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  async copy(from: string, to: string): Promise<void> {
    assertStoragePath(from);
    assertStoragePath(to);
    await this.#deferred.reclaim(to);
    const source = [this.#connection.bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.#connection.errands.send(new CopyObjectCommand({ ...this.#target(to), CopySource: source }));
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async removeUnfinished(olderThan: Date): Promise<{ removed: number; bytesFreed: number }> {
    try {
      return await removeUnfinishedFromS3(this.#connection, olderThan);
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  /**
   * Reachable each time; that it is writable and private is asked again after five minutes only, since readiness
   * probes come every few seconds and each full check stores an object.
   */
  async check(options: { signal?: AbortSignal } = {}): Promise<void> {
    await checkS3Reachable(this.#connection, options.signal);
    if (performance.now() - this.#checkedAt < FULL_CHECK_EVERY_MS) return;
    await checkS3Usable(this.#connection, options.signal);
    this.#checkedAt = performance.now();
  }

  async close(): Promise<void> {
    this.#deferred.close();
    this.#connection.close();
  }

  /** A storage that does not answer is not waited for: the sender has waited long enough for the first failure. */
  async #removeRest(path: string, left: Leftover, isStorageAlive: boolean): Promise<void> {
    // An upload's id is its own for ever: a new put of the path need not call the removal off.
    const key = left.uploadId === null ? path : `upload ${left.uploadId}`;
    if (!isStorageAlive) {
      this.#deferred.add(key, left.remove, 2);
      return;
    }
    await left.remove().then(
      () => this.#deferred.add(key, left.remove, 1),
      () => this.#deferred.add(key, left.remove, 2),
    );
  }

  async #signedUrl(path: string, options: SignedUrlOptions): Promise<string> {
    assertStoragePath(path);
    const input: GetObjectCommandInput = {
      ...this.#target(path),
      ResponseContentType: options.contentType,
      ResponseContentDisposition: options.contentDisposition,
    };
    return getSignedUrl(this.#connection.reader, new GetObjectCommand(input), { expiresIn: options.expiresInSeconds });
  }

  #target(path: string): { Bucket: string; Key: string } {
    return { Bucket: this.#connection.bucket, Key: path };
  }
}
