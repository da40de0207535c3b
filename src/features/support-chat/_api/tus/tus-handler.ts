import type { IncomingMessage } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { announcedOffset, type ResumableUpload } from '#entities/support-chat/_domain/resumable-upload.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { watchBodyPace } from '#shared/http/body-watch.ts';
import type { HttpResponse } from '#shared/http/http-response.ts';
import type { Progress, ResumableUploads } from '../../_services/resumable/resumable-uploads.ts';
import type { UploadLocks } from '../../_services/resumable/upload-locks.ts';
import { bodyUntil } from './body-until.ts';
import {
  createdResponse,
  deletedResponse,
  invalidResponse,
  lockedResponse,
  methodNotAllowed,
  optionsResponse,
  progressResponse,
  recordResponse,
  stateResponse,
  TUS_VERSION,
  wrongContentTypeResponse,
  wrongOffsetResponse,
  wrongVersionResponse,
} from './tus-responses.ts';
import { parseUploadMetadata } from './upload-metadata.ts';

export interface TusRequest {
  request: IncomingMessage;
  actor: Actor;
  /** Null: the address itself. */
  uploadId: string | null;
  /** Tells the sender that the body is wanted. */
  acceptBody(): void;
}

type UploadRequest = TusRequest & { uploadId: string };

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
  options(): HttpResponse {
    return optionsResponse(this.#parts.maxBytes);
  }

  /** Null when the sender is gone. @throws ChatError, StorageUnavailableError */
  async answer(tus: TusRequest): Promise<HttpResponse | null> {
    const { headers, method: sent = 'GET' } = tus.request;
    const override = headers['x-http-method-override'];
    // For senders behind a proxy that lets nothing but POST through.
    const method = sent === 'POST' && typeof override === 'string' ? override.toUpperCase() : sent;
    if (method === 'OPTIONS') return this.options();
    if (method !== 'GET' && headers['tus-resumable'] !== TUS_VERSION) return wrongVersionResponse();
    if (tus.uploadId === null) return method === 'POST' ? this.#create(tus) : methodNotAllowed('OPTIONS, POST');
    const upload = { ...tus, uploadId: tus.uploadId };
    switch (method) {
      case 'HEAD':
        // Whoever asks wants to go on: the connection before ends first, and stores what it has.
        return this.#alone(upload, async (current) => stateResponse(current));
      case 'GET':
        return this.#get(upload);
      case 'PATCH':
        return this.#patch(upload);
      case 'DELETE':
        return this.#alone(upload, async (current) => {
          await this.#parts.uploads.remove(current);
          return deletedResponse();
        });
      default:
        return methodNotAllowed('OPTIONS, HEAD, GET, PATCH, DELETE');
    }
  }

  async #create(tus: TusRequest): Promise<HttpResponse | null> {
    const { headers } = tus.request;
    if (headers['upload-defer-length'] !== undefined || headers['upload-concat'] !== undefined) {
      return invalidResponse('The length must be known, and the upload whole.');
    }
    const lengthBytes = readWhole(headers['upload-length']);
    const metadata = parseUploadMetadata(single(headers['upload-metadata']));
    if (lengthBytes === null) return invalidResponse('Upload-Length must be a whole number.');
    if (metadata === null) return invalidResponse('Upload-Metadata is malformed.');
    const bodyBytes = bodyLength(tus.request);
    if (bodyBytes !== 0 && !isOffsetStream(tus.request)) return wrongContentTypeResponse();
    const { uploads, locks } = this.#parts;
    const upload = await uploads.create(tus.actor, lengthBytes, metadata);
    // An empty file is whole when it begins.
    if (bodyBytes === 0 && lengthBytes > 0) return createdResponse(upload, null);
    let answer: HttpResponse | null = null;
    try {
      const progress = await locks.run(upload.id, (signal) => this.#receive(tus, upload, signal));
      if (progress !== 'locked' && progress !== null) answer = createdResponse(progress.upload, progress.attachment);
      return answer;
    } finally {
      // Its sender never learned its address.
      if (answer === null) await uploads.remove(upload);
    }
  }

  async #get({ actor, uploadId }: UploadRequest): Promise<HttpResponse> {
    const { uploads } = this.#parts;
    const upload = await uploads.require(actor, uploadId);
    return recordResponse(upload, await uploads.findAttachment(upload));
  }

  async #patch(tus: UploadRequest): Promise<HttpResponse | null> {
    const { request } = tus;
    if (!isOffsetStream(request)) return wrongContentTypeResponse();
    const offset = readWhole(request.headers['upload-offset']);
    if (offset === null) return invalidResponse('Upload-Offset must be a whole number.');
    const isMinimal = prefersMinimal(request);
    return this.#alone(tus, async (upload, signal) => {
      if (offset !== announcedOffset(upload)) return wrongOffsetResponse();
      // The last answer was lost: it is given again.
      if (upload.attachmentId !== null) {
        return progressResponse(upload, await this.#parts.uploads.findAttachment(upload), isMinimal);
      }
      if ((bodyLength(request) ?? 0) > upload.lengthBytes - offset) {
        throw new ChatError('PAYLOAD_TOO_LARGE', 'The body brings more bytes than the upload has.');
      }
      const progress = await this.#receive(tus, upload, signal);
      return progress && progressResponse(progress.upload, progress.attachment, isMinimal);
    });
  }

  /** Answers while no other request works on the upload. */
  async #alone(
    { actor, uploadId }: UploadRequest,
    work: (upload: ResumableUpload, signal: AbortSignal) => Promise<HttpResponse | null>,
  ): Promise<HttpResponse | null> {
    const { uploads, locks } = this.#parts;
    // A stranger must not end the connection of its sender.
    await uploads.require(actor, uploadId);
    const answer = await locks.run(uploadId, async (signal) => work(await uploads.require(actor, uploadId), signal));
    return answer === 'locked' ? lockedResponse() : answer;
  }

  /**
   * Null when the sender is gone, was told to go, or has fallen silent: it is let go without an answer, as by a broken
   * line, comes back and goes on behind the bytes that arrived.
   */
  async #receive(tus: TusRequest, upload: ResumableUpload, signal: AbortSignal): Promise<Progress | null> {
    const { request, actor, acceptBody } = tus;
    const silent = new AbortController();
    const stopWatching = watchBodyPace(request, this.#parts.idleTimeoutSeconds, () => silent.abort());
    try {
      acceptBody();
      const body = bodyUntil(request, AbortSignal.any([signal, silent.signal]));
      const progress = await this.#parts.uploads.append(actor, upload, body);
      return request.complete ? progress : null;
    } finally {
      stopWatching();
    }
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

/** `Prefer: return=minimal` (RFC 7240, 4.2). */
function prefersMinimal({ headers }: IncomingMessage): boolean {
  return /(?:^|,)\s*return\s*=\s*"?minimal"?\s*(?:[;,]|$)/i.test(single(headers.prefer) ?? '');
}
