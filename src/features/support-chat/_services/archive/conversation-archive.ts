import type { ServerResponse } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { RecordId } from '#entities/support-chat/_domain/record-id.ts';
import type { ReadMode } from '#entities/support-chat/_domain/types.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { FileListRepository } from '#entities/support-chat/_repositories/file-list-repository.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import { contentDisposition } from '#shared/http/disposition.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import type { AccessRecorder } from '../access-log/access-recorder.ts';
import { requireReadable } from '../conversation/conversation-access.ts';
import { placesOf } from '../conversation/read-places.ts';
import type { DownloadGuard } from '../delivery/download-guard.ts';
import { type ArchiveSource, archiveEntries } from './archive-entries.ts';
import { sendZip } from './send-zip.ts';

export interface ArchiveRequest {
  dialogId: RecordId;
  /** Who asks, by their session at this moment; asked again while the archive goes out. */
  findActor: () => Promise<Actor | null>;
}

export interface ConversationArchiveParts {
  conversations: Pick<ConversationRepository, 'findById'>;
  files: FileListRepository;
  readMode: ReadMode;
  storages: StorageRegistry;
  guard: DownloadGuard;
  accesses: Pick<AccessRecorder, 'note'>;
  log: Log;
}

/** Between two looks whether the reader may still read. */
const FILES_PER_LOOK = 20;

/** All files of a conversation as one ZIP, streamed. */
export class ConversationArchive {
  readonly #parts: ConversationArchiveParts;

  constructor(parts: ConversationArchiveParts) {
    this.#parts = parts;
  }

  /** Rate limit and access, in the order of the delivery route. @throws ChatError TOO_MANY_REQUESTS, NOT_FOUND */
  async authorise(actor: Actor, dialogId: RecordId, clientAddress: string): Promise<void> {
    await this.#parts.guard.count(actor.userId, clientAddress);
    await this.#requireReadable(actor, dialogId);
  }

  /** @throws ChatError TOO_MANY_REQUESTS (slots), NOT_FOUND; storage errors; nothing was sent then */
  async send(request: ArchiveRequest, userId: string, response: ServerResponse): Promise<void> {
    const { guard, log } = this.#parts;
    const release = guard.takeSlot(userId);
    try {
      const source = this.#sourceOf(request, userId);
      const result = await sendZip(response, archiveHeaders(new Date()), (signal) => archiveEntries(source, signal));
      if (result.outcome !== 'failed') return;
      if (!response.headersSent) throw result.error;
      log.warn({ err: result.error }, 'an archive ended early');
    } finally {
      release();
    }
  }

  #sourceOf({ dialogId, findActor }: ArchiveRequest, userId: string): ArchiveSource {
    const { files, readMode, storages, accesses } = this.#parts;
    return {
      storages,
      nextPage: async (beyond) => {
        // They may have signed out, or lost the conversation, while the archive went out.
        const actor = await findActor();
        if (actor?.userId !== userId) throw notFound('conversation');
        await this.#requireReadable(actor, dialogId);
        const order = { newestFirst: false, beyond };
        return files.list({ dialogId, places: placesOf(readMode), order, limit: FILES_PER_LOOK });
      },
      onAdded: (file) => accesses.note({ attachmentId: file.id, dialogId, userId, download: true }),
    };
  }

  async #requireReadable(actor: Actor, dialogId: RecordId): Promise<void> {
    requireReadable(actor, await this.#parts.conversations.findById(dialogId));
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
