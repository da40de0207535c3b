import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createAbortError, onAbort, throwIfAborted } from '../_driver/abort.ts';
import { deleteEach } from '../_driver/delete-each.ts';
import { PutBody } from '../_driver/put-body.ts';
import { deleteInBatches, failedBatch } from '../_remote/delete-in-batches.ts';
import { openRemoteBody } from '../_remote/remote-body.ts';
import { StorageUnavailableError } from '../storage-errors.ts';
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
import { checkS3Reachable, checkS3Usable } from './minio/s3-check.ts';
import {
  createAnonymousClient,
  createS3Clients,
  isMissing,
  isRefusal,
  type S3Clients,
  toStorageError,
  toUnavailable,
  UploadRequests,
} from './minio/s3-client.ts';

/** The least that S3 takes for any part but the last; 10,000 of them are 48 GiB. */
const PART_BYTES = 5 * 1024 * 1024;
const FULL_CHECK_EVERY_MS = 5 * 60_000;

/** A private bucket of any server that speaks S3. */
export class S3Storage implements FileStorage {
  readonly driver = 's3';
  readonly offload: Offload = { signedUrl: (path, options) => this.#signedUrl(path, options) };
  readonly #settings: S3StorageSettings;
  readonly #clients: S3Clients;
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs see `FileStorageSettings` */
  constructor(settings: S3StorageSettings, timeoutMs?: number) {
    this.#settings = settings;
    this.#clients = createS3Clients(settings, timeoutMs);
  }

  async put(path: string, source: Readable | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<PutResult> {
    const { signal, contentType } = options;
    const body = new PutBody(source, signal);
    const requests = new UploadRequests(this.#clients.rest, body);
    const forget = onAbort(signal, () => requests.stop());
    try {
      assertStoragePath(path);
      throwIfAborted(signal);
      const params = { ...this.#target(path), Body: Readable.from(body), ContentType: contentType };
      await new Upload({ client: requests.client, params, partSize: PART_BYTES }).done();
      return { sizeBytes: body.sizeBytes };
    } catch (error) {
      body.discard();
      await requests.removeObject(this.#target(path));
      throw body.explain(requests.failure?.error ?? error, toUnavailable);
    } finally {
      forget();
    }
  }

  /** One GetObject, no HeadObject. */
  async open(path: string, options: OpenOptions = {}): Promise<Readable> {
    assertStoragePath(path);
    const { range, signal } = options;
    throwIfAborted(signal);
    try {
      const output = await this.#clients.downloads.send(
        new GetObjectCommand({ ...this.#target(path), Range: range && `bytes=${range.start}-${range.end}` }),
        { ...(signal && { abortSignal: signal }) },
      );
      if (!(output.Body instanceof Readable)) throw new StorageUnavailableError('the storage sent no stream');
      return await openRemoteBody(output.Body, {
        range,
        contentLength: output.ContentLength,
        contentRange: output.ContentRange,
        timeoutMs: this.#clients.timeoutMs,
        signal,
        toStorageError: toUnavailable,
      });
    } catch (error) {
      if (signal?.aborted) throw createAbortError(signal);
      throw toStorageError(error);
    }
  }

  async stat(path: string): Promise<StoredObject | null> {
    assertStoragePath(path);
    try {
      const output = await this.#clients.rest.send(new HeadObjectCommand(this.#target(path)));
      return { path, sizeBytes: output.ContentLength ?? 0, lastModified: output.LastModified ?? new Date(0) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw toUnavailable(error);
    }
  }

  async delete(path: string): Promise<void> {
    assertStoragePath(path);
    try {
      await this.#clients.rest.send(new DeleteObjectCommand(this.#target(path)));
    } catch (error) {
      if (!isMissing(error)) throw toUnavailable(error);
    }
  }

  async deleteMany(paths: readonly string[]): Promise<DeleteManyResult> {
    return deleteInBatches(paths, (batch) => this.#deleteBatch(batch));
  }

  /** Keys that are no storage paths (folder marks made by consoles) are left out: no row can name them. */
  async list(options: ListOptions): Promise<ListPage> {
    assertStoragePrefix(options.prefix);
    try {
      const output = await this.#clients.rest.send(
        new ListObjectsV2Command({
          Bucket: this.#settings.bucket,
          Prefix: options.prefix,
          ContinuationToken: options.cursor,
          MaxKeys: Math.min(options.limit ?? 1000, 1000),
        }),
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
    const source = [this.#settings.bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.#clients.rest.send(new CopyObjectCommand({ ...this.#target(to), CopySource: source }));
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Nothing: a failed put aborts its upload, and what a killed process leaves is the bucket's lifecycle rule's. */
  async removeUnfinished(): Promise<{ removed: number; bytesFreed: number }> {
    return { removed: 0, bytesFreed: 0 };
  }

  /**
   * Reachable each time; that it is writable and private is asked again after five minutes only, since readiness
   * probes come every few seconds and each full check stores an object.
   */
  async check(options: { signal?: AbortSignal } = {}): Promise<void> {
    const target = { client: this.#clients.rest, bucket: this.#settings.bucket, signal: options.signal };
    await checkS3Reachable(target);
    if (performance.now() - this.#checkedAt < FULL_CHECK_EVERY_MS) return;
    const anonymous = createAnonymousClient(this.#settings, this.#clients.timeoutMs);
    await checkS3Usable(target, anonymous).finally(() => anonymous.destroy());
    this.#checkedAt = performance.now();
  }

  async close(): Promise<void> {
    this.#clients.downloads.destroy();
    this.#clients.rest.destroy();
  }

  async #deleteBatch(batch: string[]): Promise<DeleteManyResult> {
    try {
      const Delete = { Objects: batch.map((Key) => ({ Key })), Quiet: true };
      const { Errors = [] } = await this.#clients.rest.send(
        new DeleteObjectsCommand({ Bucket: this.#settings.bucket, Delete }),
      );
      const failed = Errors.filter(({ Code }) => Code !== 'NoSuchKey').map(({ Key = '', Code }) => {
        return {
          path: Key,
          error: new StorageUnavailableError(`s3 refused to delete (${Code})`, { reason: 'refused' }),
        };
      });
      const kept = new Set(failed.map(({ path }) => path));
      return { deleted: batch.filter((path) => !kept.has(path)), failed };
    } catch (error) {
      // Servers without DeleteObjects, and Ceph, which asks for the right to it on the bucket where AWS asks for it on
      // the objects.
      if (isRefusal(error)) return deleteEach(batch, (path) => this.delete(path));
      return failedBatch(batch, toUnavailable(error));
    }
  }

  async #signedUrl(path: string, options: SignedUrlOptions): Promise<string> {
    assertStoragePath(path);
    const command = new GetObjectCommand({
      ...this.#target(path),
      ResponseContentType: options.contentType,
      ResponseContentDisposition: options.contentDisposition,
    });
    return getSignedUrl(this.#clients.downloads, command, { expiresIn: options.expiresInSeconds });
  }

  #target(path: string): { Bucket: string; Key: string } {
    return { Bucket: this.#settings.bucket, Key: path };
  }
}
