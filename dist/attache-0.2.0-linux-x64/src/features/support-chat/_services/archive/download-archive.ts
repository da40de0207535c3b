import type { ServerResponse } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { FileListRepository } from '#entities/support-chat/_repositories/file-list-repository.ts';
import { contentDisposition } from '#shared/http/disposition.ts';
import { errorAnswer, type HttpAnswer, NOT_FOUND_ANSWER, UNAUTHORIZED_ANSWER } from '#shared/http/json-error.ts';
import { sendAnswer } from '#shared/http/send-node.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import { type RateLimit, rateLimitHeaders } from '#shared/rate-limit/rate-limit.ts';
import type { AccessRecorder } from '../access-log/access-recorder.ts';
import { placesOf } from '../conversation/list-attachments.ts';
import type { AttachmentReadMode } from '../conversation/message-presenter.ts';
import { slotsFull } from '../delivery/deliver-attachment.ts';
import type { DownloadSlots } from '../delivery/download-slots.ts';
import { type ArchiveSource, archiveEntries } from './archive-entries.ts';
import { sendZip } from './send-zip.ts';

export interface ArchiveRequest {
  method: string;
  dialogId: string;
  clientAddress: string;
  /** Who asks, by their session at this moment; asked again while the archive goes out. */
  findActor: () => Promise<Actor | null>;
}

export interface DownloadArchiveParts {
  dialogs: Pick<ConversationRepository, 'findById'>;
  files: FileListRepository;
  readMode: AttachmentReadMode;
  storages: StorageRegistry;
  rateLimit: RateLimit;
  slots: DownloadSlots;
  accesses: Pick<AccessRecorder, 'note'>;
  metrics: Pick<Metrics, 'limiterErrors'>;
  log: Log;
}

/** Between two looks whether the reader may still read. */
const FILES_PER_LOOK = 20;

const METHOD_NOT_ALLOWED = errorAnswer('METHOD_NOT_ALLOWED', { headers: { Allow: 'GET' } });

/** Signed out, or the dialog is not theirs any more, while the archive went out. */
class AccessLostError extends Error {
  override readonly name = 'AccessLostError';
}

/** `GET /api/support-chat/dialogs/:dialogId/archive`: all files of a conversation as one ZIP, streamed. */
export class DownloadArchive {
  readonly #parts: DownloadArchiveParts;

  constructor(parts: DownloadArchiveParts) {
    this.#parts = parts;
  }

  /** Answers the request wholly, in the order of the delivery route. @throws what the database throws while it is away */
  async handle(request: ArchiveRequest, response: ServerResponse): Promise<void> {
    const refusal = await this.#refuse(request);
    if ('answer' in refusal) {
      await sendAnswer(response, refusal.answer);
      return;
    }
    const release = this.#parts.slots.take(refusal.userId);
    if (release === null) {
      await sendAnswer(response, slotsFull(this.#parts.slots.maxPerUser));
      return;
    }
    try {
      await this.#stream(request, refusal.userId, response);
    } finally {
      release();
    }
  }

  async #refuse(request: ArchiveRequest): Promise<{ answer: HttpAnswer } | { userId: string }> {
    if (request.method !== 'GET') return { answer: METHOD_NOT_ALLOWED };
    const actor = await request.findActor();
    if (actor === null) return { answer: UNAUTHORIZED_ANSWER };
    const limited = await this.#limit(`${actor.userId}:${request.clientAddress}`);
    if (limited) return { answer: limited };
    return (await this.#mayRead(actor, request.dialogId)) ? { userId: actor.userId } : { answer: NOT_FOUND_ANSWER };
  }

  async #mayRead(actor: Actor, dialogId: string): Promise<boolean> {
    const dialog = await this.#parts.dialogs.findById(dialogId);
    return dialog !== null && mayReadConversation(actor, dialog);
  }

  async #stream(request: ArchiveRequest, userId: string, response: ServerResponse): Promise<void> {
    const source = this.#sourceOf(request, userId);
    const result = await sendZip(response, archiveHeaders(new Date()), (signal) => archiveEntries(source, signal));
    if (result.outcome !== 'failed') return;
    const { error } = result;
    const { log } = this.#parts;
    if (response.headersSent) {
      if (!(error instanceof AccessLostError)) log.error({ err: error }, 'an archive ended early');
      return;
    }
    if (error instanceof AccessLostError) {
      await sendAnswer(response, NOT_FOUND_ANSWER);
      return;
    }
    if (!(error instanceof StorageUnavailableError)) throw error;
    log.warn({ err: error }, 'the storage does not deliver');
    const { retryAfterSeconds } = error;
    await sendAnswer(response, errorAnswer('STORAGE_UNAVAILABLE', { retryAfterSeconds }));
  }

  #sourceOf({ dialogId, findActor }: ArchiveRequest, userId: string): ArchiveSource {
    const { files, readMode, storages, accesses } = this.#parts;
    return {
      storages,
      nextPage: async (beyond) => {
        const actor = await findActor();
        if (actor?.userId !== userId || !(await this.#mayRead(actor, dialogId))) throw new AccessLostError();
        const order = { newestFirst: false, beyond };
        return files.list({ dialogId, places: placesOf(readMode), order, limit: FILES_PER_LOOK });
      },
      onAdded: (file) => accesses.note({ attachmentId: file.id, dialogId, userId, download: true }),
    };
  }

  async #limit(key: string): Promise<HttpAnswer | null> {
    const { rateLimit, metrics } = this.#parts;
    try {
      const result = await rateLimit.consume(key);
      return result.allowed
        ? null
        : errorAnswer('RATE_LIMITED', { headers: rateLimitHeaders(rateLimit.settings, result) });
    } catch {
      metrics.limiterErrors.inc();
      return null;
    }
  }
}

function archiveHeaders(now: Date): Record<string, string> {
  return {
    'Content-Type': 'application/zip',
    'Content-Disposition': contentDisposition('attachment', `files-${now.toISOString().slice(0, 10)}.zip`),
    'Cache-Control': 'private, no-store, no-transform',
    Vary: 'Cookie',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex',
  };
}
