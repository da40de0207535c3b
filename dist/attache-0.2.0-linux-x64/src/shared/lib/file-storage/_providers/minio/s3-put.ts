import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { onAbort } from '../../_model/abort.ts';
import type { PutBody } from '../../_model/put-body.ts';
import { Semaphore } from '../../_model/semaphore.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import type { PartBuffers } from './part-buffers.ts';
import type { S3Connection } from './s3-connection.ts';
import { isRefusal, isSilence } from './s3-errors.ts';
import { cutIntoParts, type UploadPart } from './s3-parts.ts';
import { abortUpload, abortUploadsOf } from './s3-unfinished.ts';

/** The least that S3 takes for any part but the last; 10,000 of them are 50 GiB. */
export const PART_BYTES = 5 * 1024 * 1024;
const PARALLEL_PARTS = 4;

export interface S3PutOptions {
  path: string;
  contentType: string | undefined;
  signal: AbortSignal | undefined;
  /** Bounds the parts on their way of all puts together. */
  partSlots: Semaphore;
  /** Bounds the memory of all puts together. */
  buffers: PartBuffers;
}

/** Something a failed put may have left. `uploadId` is set where `remove` cannot hit what a later put makes of the path. */
export interface Leftover {
  uploadId: string | null;
  /** @throws the SDK's error */
  remove(): Promise<void>;
}

/**
 * One put: a single request for what fits into one part, a multipart upload for more. Written out because lib-storage
 * passes no signal to its requests, answers an abort before it has ended them, and goes on reading the body after a
 * part has failed (docs/decisions/030-s3-uploads-without-lib-storage.md).
 */
export class S3Put {
  readonly #connection: S3Connection;
  readonly #options: S3PutOptions;
  readonly #target: { Bucket: string; Key: string };
  readonly #stop = new AbortController();
  readonly #ownSlots = new Semaphore(PARALLEL_PARTS);
  readonly #running = new Set<Promise<void>>();
  readonly #done: CompletedPart[] = [];
  #failure: { error: unknown } | null = null;
  #uploadId: string | undefined;
  /** An upload has been asked for, and its id has not come: a frozen server may still begin it. */
  #mayHaveBegun = false;
  /** A request has been sent that makes the object appear. */
  #mayExist = false;

  constructor(connection: S3Connection, options: S3PutOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#target = { Bucket: connection.bucket, Key: options.path };
  }

  /** @throws the SDK's error, or one of the body. Nothing of the object has been removed then: `remove` does that. */
  async run(body: PutBody): Promise<void> {
    const forget = onAbort(this.#options.signal, () => this.#stop.abort());
    try {
      for await (const part of cutIntoParts(body, this.#options.buffers)) {
        if (part.isLast && part.number === 1) await this.#putWhole(part);
        else await this.#startPart(part, body);
      }
      await Promise.all(this.#running);
      if (this.#failure) throw this.#failure.error;
      if (this.#uploadId !== undefined) await this.#complete();
    } catch (error) {
      this.#stop.abort();
      await Promise.all(this.#running);
      throw this.#failure?.error ?? error;
    } finally {
      forget();
    }
  }

  /** What a failed `run` may have left on the server, in the order in which it has to be removed. */
  leftovers(): Leftover[] {
    const connection = this.#connection;
    const target = this.#target;
    const uploadId = this.#uploadId ?? null;
    const left: Leftover[] = [];
    if (uploadId !== null) {
      left.push({ uploadId, remove: async () => void (await abortUpload(connection, target, uploadId)) });
    } else if (this.#mayHaveBegun) {
      left.push({ uploadId, remove: () => abortUploadsOf(connection, target) });
    }
    if (this.#mayExist) {
      const remove = async () => void (await connection.errands.send(new DeleteObjectCommand(target)));
      left.push({ uploadId: null, remove });
    }
    return left;
  }

  async #putWhole(part: UploadPart): Promise<void> {
    let release = () => {};
    let hasArrived = false;
    try {
      release = await this.#options.partSlots.acquire();
      this.#stop.signal.throwIfAborted();
      this.#mayExist = true;
      await this.#connection.writer.send(
        new PutObjectCommand({
          ...this.#target,
          Body: part.bytes,
          ContentLength: part.bytes.length,
          ContentType: this.#options.contentType,
        }),
        { abortSignal: this.#stop.signal },
      );
      hasArrived = true;
    } catch (error) {
      if (isRefusal(error)) this.#mayExist = false;
      this.#tellWaiting(error);
      throw error;
    } finally {
      part.release(hasArrived);
      release();
    }
  }

  /** Before a place is given back: whoever waits behind a frozen server would else wait its whole time once more. */
  #tellWaiting(error: unknown): void {
    if (!isSilence(error)) return;
    this.#options.partSlots.rejectWaiting(error);
    this.#options.buffers.rejectWaiting(error);
  }

  async #startPart(part: UploadPart, body: PutBody): Promise<void> {
    let releaseOwn = () => {};
    let releaseShared = () => {};
    const release = () => {
      part.release(false);
      releaseShared();
      releaseOwn();
    };
    try {
      releaseOwn = await this.#ownSlots.acquire();
      releaseShared = await this.#options.partSlots.acquire();
      if (this.#failure) throw this.#failure.error;
      this.#uploadId ??= await this.#create();
    } catch (error) {
      release();
      throw error;
    }
    const sending = this.#sendPart(part)
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#tellWaiting(error);
        this.#stop.abort();
        // Else a slow sender would be read to its end before anybody learned that the storage had failed.
        body.interrupt(error);
      })
      .finally(() => {
        release();
        this.#running.delete(sending);
      });
    this.#running.add(sending);
  }

  async #create(): Promise<string> {
    this.#stop.signal.throwIfAborted();
    // Without the signal: an upload whose id nobody has heard could not be removed.
    try {
      this.#mayHaveBegun = true;
      const { UploadId } = await this.#connection.writer.send(
        new CreateMultipartUploadCommand({ ...this.#target, ContentType: this.#options.contentType }),
      );
      if (UploadId === undefined) throw new StorageUnavailableError('the storage began no upload');
      return UploadId;
    } catch (error) {
      if (isRefusal(error)) this.#mayHaveBegun = false;
      throw error;
    }
  }

  async #sendPart(part: UploadPart): Promise<void> {
    const { ETag } = await this.#connection.writer.send(
      new UploadPartCommand({
        ...this.#target,
        UploadId: this.#uploadId,
        PartNumber: part.number,
        Body: part.bytes,
        ContentLength: part.bytes.length,
      }),
      { abortSignal: this.#stop.signal },
    );
    this.#done.push({ PartNumber: part.number, ETag });
    part.release(true);
  }

  async #complete(): Promise<void> {
    this.#stop.signal.throwIfAborted();
    this.#mayExist = true;
    const Parts = this.#done.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    await this.#connection.errands.send(
      new CompleteMultipartUploadCommand({ ...this.#target, UploadId: this.#uploadId, MultipartUpload: { Parts } }),
      { abortSignal: this.#stop.signal },
    );
  }
}
