import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Actor } from '#entities/account/actor.ts';
import { announcedOffset, type ResumableUpload } from '#entities/support-chat/resumable-upload/resumable-upload.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { watchBodyPace } from '#shared/http/body-watch.ts';
import type { HttpAnswer } from '#shared/http/json-error.ts';
import { BodyCutShortError } from '#shared/http/read-multipart.ts';
import type { Progress, ResumableUploads } from './resumable-uploads.ts';
import {
  createdAnswer,
  goneAnswer,
  invalidAnswer,
  lockedAnswer,
  methodAnswer,
  optionsAnswer,
  progressAnswer,
  recordAnswer,
  stateAnswer,
  TUS_VERSION,
  wrongContentTypeAnswer,
  wrongOffsetAnswer,
  wrongVersionAnswer,
} from './tus-answers.ts';
import type { UploadLocks } from './upload-locks.ts';
import { parseUploadMetadata } from './upload-metadata.ts';

export interface TusRequest {
  request: IncomingMessage;
  actor: Actor;
  /** Null: the address itself. */
  uploadId: string | null;
  /** Tells the sender that the body is wanted. */
  acceptBody(): void;
}

export interface TusHandlerParts {
  uploads: ResumableUploads;
  locks: UploadLocks;
  maxBytes: number;
  idleTimeoutSeconds: number;
}

/**
 * tus 1.0 (https://tus.io/protocols/resumable-upload) with creation, creation-with-upload, expiration and termination.
 * Session and origin are the listener's; here everything that can be refused is refused before a byte is read.
 */
export class TusHandler {
  readonly #parts: TusHandlerParts;

  constructor(parts: TusHandlerParts) {
    this.#parts = parts;
  }

  /** What this address can do, for whoever asks: tus 1.0 lets a client find out before it signs in. */
  options(): HttpAnswer {
    return optionsAnswer(this.#parts.maxBytes);
  }

  /** Null when the sender is gone. @throws ChatError, StorageUnavailableError */
  async answer(tus: TusRequest): Promise<HttpAnswer | null> {
    const { headers, method: sent = 'GET' } = tus.request;
    const override = headers['x-http-method-override'];
    // For senders behind a proxy that lets nothing but POST through.
    const method = sent === 'POST' && typeof override === 'string' ? override.toUpperCase() : sent;
    if (method === 'OPTIONS') return this.options();
    if (method !== 'GET' && headers['tus-resumable'] !== TUS_VERSION) return wrongVersionAnswer();
    if (tus.uploadId === null) return method === 'POST' ? this.#create(tus) : methodAnswer('OPTIONS, POST');
    const upload = { ...tus, uploadId: tus.uploadId };
    switch (method) {
      case 'HEAD':
        return this.#head(upload);
      case 'GET':
        return this.#get(upload);
      case 'PATCH':
        return this.#patch(upload);
      case 'DELETE':
        return this.#delete(upload);
      default:
        return methodAnswer('OPTIONS, HEAD, GET, PATCH, DELETE');
    }
  }

  async #create(tus: TusRequest): Promise<HttpAnswer | null> {
    const { headers } = tus.request;
    if (headers['upload-defer-length'] !== undefined || headers['upload-concat'] !== undefined) {
      return invalidAnswer('The length must be known, and the upload whole.');
    }
    const lengthBytes = readWhole(headers['upload-length']);
    const metadata = parseUploadMetadata(single(headers['upload-metadata']));
    if (lengthBytes === null) return invalidAnswer('Upload-Length must be a whole number.');
    if (metadata === null) return invalidAnswer('Upload-Metadata is malformed.');
    const bodyBytes = bodyLength(tus.request);
    if (bodyBytes !== 0 && !isOffsetStream(tus.request)) return wrongContentTypeAnswer();
    const { uploads, locks } = this.#parts;
    const upload = await uploads.create(tus.actor, lengthBytes, metadata);
    // An empty file is whole when it begins.
    if (bodyBytes === 0 && lengthBytes > 0) return createdAnswer(upload, null);
    try {
      const result = await locks.run(upload.id, (signal) => this.#receive(tus, upload, signal));
      if (result !== 'locked' && !result.isCut) return createdAnswer(result.upload, result.attachment);
    } catch (error) {
      await uploads.remove(upload);
      throw error;
    }
    // Its sender never learned its address.
    await uploads.remove(upload);
    return null;
  }

  async #head({ actor, uploadId }: TusRequest & { uploadId: string }): Promise<HttpAnswer> {
    const { uploads, locks } = this.#parts;
    const upload = await uploads.require(actor, uploadId);
    if (upload.attachmentId !== null) return stateAnswer(upload);
    // Whoever asks wants to go on: the connection before ends first, and stores what it has.
    const current = await locks.run(uploadId, () => uploads.require(actor, uploadId));
    return current === 'locked' ? lockedAnswer() : stateAnswer(current);
  }

  async #get({ actor, uploadId }: TusRequest & { uploadId: string }): Promise<HttpAnswer> {
    const { uploads } = this.#parts;
    const upload = await uploads.require(actor, uploadId);
    return recordAnswer(upload, await uploads.findAttachment(upload));
  }

  async #patch(tus: TusRequest & { uploadId: string }): Promise<HttpAnswer | null> {
    const { request, actor, uploadId } = tus;
    const { uploads, locks } = this.#parts;
    await uploads.require(actor, uploadId);
    if (!isOffsetStream(request)) return wrongContentTypeAnswer();
    const offset = readWhole(request.headers['upload-offset']);
    if (offset === null) return invalidAnswer('Upload-Offset must be a whole number.');
    const result = await locks.run(uploadId, async (signal) => {
      const upload = await uploads.require(actor, uploadId);
      if (offset !== announcedOffset(upload)) return wrongOffsetAnswer();
      // The last answer was lost: it is given again.
      if (upload.attachmentId !== null) return progressAnswer(upload, await uploads.findAttachment(upload));
      if ((bodyLength(request) ?? 0) > upload.lengthBytes - offset) {
        throw new ChatError('PAYLOAD_TOO_LARGE', 'The body brings more bytes than the upload has.');
      }
      return this.#receive(tus, upload, signal);
    });
    if (result === 'locked') return lockedAnswer();
    if ('status' in result) return result;
    return result.isCut && result.attachment === null ? null : progressAnswer(result.upload, result.attachment);
  }

  async #delete({ actor, uploadId }: TusRequest & { uploadId: string }): Promise<HttpAnswer> {
    const { uploads, locks } = this.#parts;
    await uploads.require(actor, uploadId);
    const result = await locks.run(uploadId, async () => uploads.remove(await uploads.require(actor, uploadId)));
    return result === 'locked' ? lockedAnswer() : goneAnswer();
  }

  /** A sender that has fallen silent is let go without an answer, as by a broken line: it comes back and goes on. */
  async #receive(tus: TusRequest, upload: ResumableUpload, signal: AbortSignal): Promise<Progress> {
    const silent = new AbortController();
    const stopWatching = watchBodyPace(tus.request, this.#parts.idleTimeoutSeconds, () => silent.abort());
    try {
      tus.acceptBody();
      const either = AbortSignal.any([signal, silent.signal]);
      return await this.#parts.uploads.append(tus.actor, upload, bodyOf(tus.request), either);
    } finally {
      stopWatching();
    }
  }
}

/**
 * The bytes of a request, all that came before a cut included, then the error. Through a pipe, because only a piped
 * request is paused while the storage is behind, which tells its slowness from the sender's (`watchBodyPace`).
 */
async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const bytes = new PassThrough({ highWaterMark: 256 * 1024 });
  const end = () => void bytes.end();
  request.once('close', end);
  request.pipe(bytes);
  try {
    if (request.destroyed) end();
    yield* bytes;
    if (!request.complete) throw new BodyCutShortError('The upload was cut off.');
  } finally {
    request.off('close', end);
    request.unpipe(bytes);
  }
}

function readWhole(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

/** Undefined when the body comes in chunks. */
function bodyLength({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

function isOffsetStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === 'application/offset+octet-stream';
}
