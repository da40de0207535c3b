import type { ServerResponse } from 'node:http';
import type { OpenBytes } from '#shared/http/body-bytes.ts';
import type { DeliveryRequestHeaders } from '#shared/http/conditional.ts';
import { decideFile, type FileDecision, METHOD_NOT_ALLOWED } from '#shared/http/file-decision.ts';
import { errorAnswer, type HttpAnswer, NOT_FOUND_ANSWER, UNAUTHORIZED_ANSWER } from '#shared/http/json-error.ts';
import { readBody, type SendResult, sendAnswer, sendFile } from '#shared/http/send-node.ts';
import { answerResponse } from '#shared/http/send-web.ts';
import type { ObjectCache } from '#shared/lib/file-storage/object-cache.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import { type RateLimit, rateLimitHeaders } from '#shared/rate-limit/rate-limit.ts';
import type { DeliverableFile, DeliverableFinder, Variant } from '../../_repositories/find-deliverable.ts';
import { describeFile } from './describe-file.ts';
import type { DownloadSlots } from './download-slots.ts';
import { type Offloader, offloadAnswer } from './offload.ts';
import { SessionOwners } from './session-owners.ts';
import { storageOfFile } from './storage-of-file.ts';

export interface DeliveryRequest {
  method: string;
  headers: DeliveryRequestHeaders;
  dialogId: string;
  attachmentId: string;
  variant: Variant | null;
  download: boolean;
  /** Null: no cookie of ours. */
  sessionToken: string | null;
  clientAddress: string;
}

export interface DeliveryParts {
  finder: DeliverableFinder;
  storages: StorageRegistry;
  cache: ObjectCache;
  rateLimit: RateLimit;
  slots: DownloadSlots;
  metrics: Metrics;
  log: Log;
  offloader: Offloader | null;
  /** Told when a user got to see a file or to save it; for the record of who opened what. Must cost nothing. */
  onDelivered?: (event: { attachmentId: string; dialogId: string; userId: string; download: boolean }) => void;
}

export type OpeningRequest = Pick<DeliveryRequest, 'method' | 'variant' | 'attachmentId' | 'dialogId' | 'download'>;

/** Either the answer is known without the file, or the file may be read by this user. */
type Authorised = { answer: HttpAnswer } | { userId: string; file: DeliverableFile };

/**
 * The delivery route in the order of HTTP.md: method, session, rate limit, one look-up, cloak, preconditions, range,
 * slot, storage, headers, bytes. Every step that ends the request does so before the next one costs anything.
 */
export class DeliverAttachment {
  readonly #parts: DeliveryParts;
  readonly #owners = new SessionOwners();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Answers the request wholly. @throws what the look-up throws while the database is away; nothing was sent then. */
  async handle(request: DeliveryRequest, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const result = await this.#answer(request, response);
    const { metrics } = this.#parts;
    metrics.downloads.inc({ status: String(response.statusCode) });
    if (result.outcome === 'aborted') metrics.abortedDownloads.inc();
    if (result.bytesSent > 0 && response.statusCode < 300) {
      metrics.downloadedBytes.inc(result.bytesSent);
      metrics.downloadSeconds.observe((performance.now() - startedAt) / 1000);
    }
  }

  async #answer(request: DeliveryRequest, response: ServerResponse): Promise<SendResult> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendFile(response, METHOD_NOT_ALLOWED, NO_SOURCE);
    const authorised = await this.authorise(request);
    if ('answer' in authorised) return sendAnswer(response, authorised.answer);
    const decision = decideFile({ ...request, file: describeFile(authorised.file, request.variant) });
    if (decision.body === null) {
      const result = await sendFile(response, decision, NO_SOURCE);
      // What a cache shows again is opened again; an empty file has no bytes and is opened all the same.
      if (decision.status === 304 || decision.status === 200) this.noteOpening(request, authorised.userId);
      return result;
    }
    return this.#sendBytes(request, response, authorised, decision);
  }

  /** Session, rate limit, look-up and cloak: shared with the fallback route in Next. */
  async authorise(request: DeliveryRequest): Promise<Authorised> {
    const { sessionToken, variant } = request;
    if (sessionToken === null) return { answer: UNAUTHORIZED_ANSWER };
    const knownUserId = this.#owners.get(sessionToken);
    const limited = knownUserId === null ? null : await this.#limit(knownUserId, request.clientAddress);
    if (limited) return { answer: limited };

    const found = await this.#parts.finder.find({ ...request, sessionToken, variant: variant ?? 'original' });
    if (found.userId === null) return { answer: UNAUTHORIZED_ANSWER };
    if (knownUserId === null) {
      // Only the first request of a session in this process is counted after its look-up.
      this.#owners.remember(sessionToken, found.userId);
      const late = await this.#limit(found.userId, request.clientAddress);
      if (late) return { answer: late };
    }
    if (found.file === null || variant === null) return { answer: NOT_FOUND_ANSWER };
    return { userId: found.userId, file: found.file };
  }

  /** For the fallback route: bytes under the same cap. `release` is called when they have ended. */
  async withSlot(
    userId: string,
    send: (storages: StorageRegistry, release: () => void) => Promise<Response>,
  ): Promise<Response> {
    const release = this.#parts.slots.take(userId);
    if (release === null) return answerResponse(slotsFull(this.#parts.slots.maxPerUser));
    try {
      return await send(this.#parts.storages, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #limit(userId: string, address: string): Promise<HttpAnswer | null> {
    const { rateLimit, metrics } = this.#parts;
    try {
      const result = await rateLimit.consume(`${userId}:${address}`);
      if (result.allowed) return null;
      return errorAnswer('RATE_LIMITED', { headers: rateLimitHeaders(rateLimit.settings, result) });
    } catch {
      // The counter has an insurance of its own; if even that fails, reading one's files matters more.
      metrics.limiterErrors.inc();
      return null;
    }
  }

  async #sendBytes(
    request: DeliveryRequest,
    response: ServerResponse,
    { userId, file }: { userId: string; file: DeliverableFile },
    decision: FileDecision,
  ): Promise<SendResult> {
    const { slots, log, metrics } = this.#parts;
    const release = slots.take(userId);
    if (release === null) {
      return sendAnswer(response, slotsFull(slots.maxPerUser));
    }
    try {
      const result = await this.#stream(request, response, file, decision);
      if (result.outcome === 'failed') {
        log.error({ attachmentId: file.attachmentId, err: result.error }, 'the bytes of an attachment ended early');
      }
      // Not by the number of bytes: a redirect to the storage has none.
      if (response.headersSent) this.noteOpening(request, userId);
      return result;
    } catch (error) {
      if (error instanceof StorageObjectMissingError) {
        metrics.missingObjects.inc();
        log.error({ attachmentId: file.attachmentId }, 'the object of an attachment is missing');
        return sendAnswer(response, NOT_FOUND_ANSWER);
      }
      if (!(error instanceof StorageUnavailableError)) throw error;
      log.warn({ attachmentId: file.attachmentId, err: error }, 'the storage does not deliver');
      const retryAfterSeconds = error.retryAfterSeconds;
      return sendAnswer(response, errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds }));
    } finally {
      release();
    }
  }

  /** A thumbnail is passed by while scrolling; its file was opened by nobody. */
  noteOpening({ method, variant, attachmentId, dialogId, download }: OpeningRequest, userId: string): void {
    if (method !== 'GET' || variant === 'thumbnail') return;
    this.#parts.onDelivered?.({ attachmentId, dialogId, userId, download });
  }

  async #stream(
    request: DeliveryRequest,
    response: ServerResponse,
    file: DeliverableFile,
    decision: FileDecision,
  ): Promise<SendResult> {
    const { cache, storages, offloader } = this.#parts;
    const cached = cache.get(file.storagePath);
    if (cached !== null && cached.length === file.sizeBytes)
      return sendFile(response, decision, { open: NO_OPEN, bytes: cached });
    const storage = await storageOfFile(storages, file);
    const redirect =
      offloader && request.variant === 'original' ? await offloadAnswer(offloader, storage, file, decision) : null;
    if (redirect) return sendAnswer(response, redirect);
    const open: OpenBytes = (range, signal) => storage.open(file.storagePath, range ? { range, signal } : { signal });
    if (file.sizeBytes > cache.maxObjectBytes || decision.body?.kind !== 'whole') {
      return sendFile(response, decision, { open });
    }
    // Small objects are read whole once, before the headers, and kept.
    const read = await readBody(response, decision.body, open);
    if ('outcome' in read) return read;
    cache.put(file.storagePath, read.bytes);
    return sendFile(response, decision, { open, bytes: read.bytes });
  }
}

const NO_OPEN = () => Promise.reject(new TypeError('this answer has no bytes'));
const NO_SOURCE = { open: NO_OPEN };

export function slotsFull(max: number): HttpAnswer {
  const headers = {
    'Retry-After': '1',
    'RateLimit-Policy': `"attachment-downloads-open";q=${max}`,
    RateLimit: '"attachment-downloads-open";r=0;t=1',
  };
  return errorAnswer('RATE_LIMITED', { headers });
}
