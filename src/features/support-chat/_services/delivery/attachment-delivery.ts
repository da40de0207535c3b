import type { ServerResponse } from 'node:http';
import type { RecordId } from '#entities/support-chat/_domain/record-id.ts';
import type { DeliverableFile, Variant } from '#entities/support-chat/_domain/types.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { OpenBytes } from '#shared/http/body-bytes.ts';
import type { DeliveryRequestHeaders } from '#shared/http/conditional.ts';
import { decideFile, type FileDecision } from '#shared/http/file-decision.ts';
import { readBody, type SendResult, sendFile, sendResponse } from '#shared/http/send-node.ts';
import { fileResponse } from '#shared/http/send-web.ts';
import type { ObjectCache } from '#shared/lib/file-storage/object-cache.ts';
import { StorageObjectMissingError } from '#shared/lib/file-storage/storage-errors.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import type { DeliverableFinder } from '../../_repositories/find-deliverable.ts';
import type { DeliveredFile } from '../access-log/access-recorder.ts';
import type { DownloadGuard } from './download-guard.ts';
import { type Offloader, offloadResponse } from './offload.ts';
import { openStoredFile, storageOfFile } from './open-stored-file.ts';

export interface DeliveryRequest {
  method: string;
  headers: DeliveryRequestHeaders;
  dialogId: RecordId;
  attachmentId: RecordId;
  /** Null: a variant that does not exist. */
  variant: Variant | null;
  download: boolean;
  /** Null: no cookie of ours. */
  sessionToken: string | null;
  clientAddress: string;
}

export interface AttachmentDeliveryParts {
  finder: DeliverableFinder;
  guard: DownloadGuard;
  storages: StorageRegistry;
  cache: ObjectCache;
  metrics: Metrics;
  log: Log;
  offloader: Offloader | null;
  /** Told when a user got to see a file or to save it. Must cost nothing. */
  onDelivered(file: DeliveredFile): void;
}

/** A file that this user may be sent. */
export interface AuthorisedFile {
  userId: string;
  file: DeliverableFile;
}

/** Session owners known to this process; forgetting them only moves the count behind the query. */
const MAX_REMEMBERED_SESSIONS = 20_000;

/**
 * The delivery route in the order of docs/http-contract.md. `authorise`: session, rate limit, one query, uniform 404.
 * `send`: preconditions, range, slot, storage, headers, bytes. A step that ends the request does so before the next one
 * costs anything.
 */
export class AttachmentDelivery {
  readonly #parts: AttachmentDeliveryParts;
  /**
   * A token never changes hands, so its owner may be remembered; whether the session lives is asked with every request.
   * It lets the rate limit be counted per user before the database is asked (docs/decisions/002).
   */
  readonly #userIdByToken = new Map<string, string>();

  constructor(parts: AttachmentDeliveryParts) {
    this.#parts = parts;
  }

  /** @throws ChatError UNAUTHORIZED, TOO_MANY_REQUESTS, NOT_FOUND (missing or not theirs); what the database throws */
  async authorise(request: DeliveryRequest): Promise<AuthorisedFile> {
    const { guard, finder } = this.#parts;
    const { sessionToken, variant, clientAddress } = request;
    if (sessionToken === null) throw signedOut();
    const knownUserId = this.#userIdByToken.get(sessionToken);
    if (knownUserId !== undefined) await guard.count(knownUserId, clientAddress);
    const { userId, file } = await finder.find({ ...request, sessionToken, variant: variant ?? 'original' });
    if (userId === null) throw signedOut();
    if (knownUserId === undefined) {
      if (this.#userIdByToken.size >= MAX_REMEMBERED_SESSIONS) this.#userIdByToken.clear();
      this.#userIdByToken.set(sessionToken, userId);
      await guard.count(userId, clientAddress);
    }
    if (file === null || variant === null) throw notFound('attachment');
    return { userId, file };
  }

  /**
   * Sends the file, or what the conditions of the request ask for instead.
   * @throws ChatError TOO_MANY_REQUESTS (slots), storage errors; nothing was sent then
   */
  async send(request: DeliveryRequest, { userId, file }: AuthorisedFile, response: ServerResponse): Promise<void> {
    const { guard, metrics, log } = this.#parts;
    const startedAt = performance.now();
    const decision = decideFile({ ...request, file });
    if (decision.body === null) {
      await sendFile(response, decision, { open: NO_BYTES });
      if (isOpening(decision)) this.#noteOpening(request, userId);
      return;
    }
    const release = guard.takeSlot(userId);
    try {
      const { outcome, bytesSent, error } = await this.#stream(request, response, file, decision);
      if (outcome === 'failed') {
        log.error({ attachmentId: file.attachmentId, err: error }, 'the bytes of an attachment ended early');
      }
      if (outcome === 'aborted') metrics.abortedDownloads.inc();
      // Not by the number of bytes: a redirect to the storage has none.
      if (response.headersSent) this.#noteOpening(request, userId);
      if (bytesSent > 0 && response.statusCode < 300) {
        metrics.downloadedBytes.inc(bytesSent);
        metrics.downloadSeconds.observe((performance.now() - startedAt) / 1000);
      }
    } catch (error) {
      this.#noteMissing(file, error);
      throw error;
    } finally {
      release();
    }
  }

  /** The same as a web `Response`, for hosts without a Node response. What is lost there: docs/http-contract.md. */
  async toWeb(request: DeliveryRequest, signal: AbortSignal): Promise<Response> {
    const { userId, file } = await this.authorise(request);
    const decision = decideFile({ ...request, file });
    if (decision.body === null) {
      if (isOpening(decision)) this.#noteOpening(request, userId);
      return fileResponse(decision, NO_BYTES, signal);
    }
    const release = this.#parts.guard.takeSlot(userId);
    try {
      return await fileResponse(
        decision,
        async (range, ended) => {
          const source = await openStoredFile(this.#parts.storages, file, range, ended);
          this.#noteOpening(request, userId);
          return source.once('close', release);
        },
        signal,
      );
    } catch (error) {
      release();
      this.#noteMissing(file, error);
      throw error;
    }
  }

  async #stream(
    request: DeliveryRequest,
    response: ServerResponse,
    file: DeliverableFile,
    decision: FileDecision,
  ): Promise<SendResult> {
    const { cache, storages, offloader } = this.#parts;
    const cached = cache.get(file.storagePath);
    if (cached !== null && cached.length === file.sizeBytes) {
      return sendFile(response, decision, { open: NO_BYTES, bytes: cached });
    }
    if (offloader && request.variant === 'original') {
      const redirect = await offloadResponse(offloader, await storageOfFile(storages, file), file, decision);
      if (redirect) return sendResponse(response, redirect);
    }
    const open: OpenBytes = (range, signal) => openStoredFile(storages, file, range, signal);
    if (file.sizeBytes > cache.maxObjectBytes || decision.body?.kind !== 'whole') {
      return sendFile(response, decision, { open });
    }
    // Small objects are read whole once, before the headers, and kept.
    const read = await readBody(response, decision.body, open);
    if ('outcome' in read) return read;
    cache.put(file.storagePath, read.bytes);
    return sendFile(response, decision, { open, bytes: read.bytes });
  }

  /** A thumbnail is passed by while scrolling; its file was opened by nobody. */
  #noteOpening({ method, variant, attachmentId, dialogId, download }: DeliveryRequest, userId: string): void {
    if (method !== 'GET' || variant === 'thumbnail') return;
    this.#parts.onDelivered({ attachmentId, dialogId, userId, download });
  }

  #noteMissing({ attachmentId }: DeliverableFile, error: unknown): void {
    if (!(error instanceof StorageObjectMissingError)) return;
    this.#parts.metrics.missingObjects.inc();
    this.#parts.log.error({ attachmentId }, 'the object of an attachment is missing');
  }
}

/** What a cache shows again is opened again; an empty file has no bytes and is opened all the same. */
function isOpening({ status }: FileDecision): boolean {
  return status === 304 || status === 200;
}

function signedOut(): ChatError {
  return new ChatError('UNAUTHORIZED', 'Sign in first.');
}

const NO_BYTES = () => Promise.reject(new TypeError('this response has no bytes'));
