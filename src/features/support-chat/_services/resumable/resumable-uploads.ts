import { randomBytes } from 'node:crypto';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ResumableUpload } from '#entities/support-chat/_domain/resumable-upload.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/types.ts';
import type { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { ResumableUploadRepository } from '#entities/support-chat/_repositories/resumable-upload-repository.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { type AttachmentStager, tooLarge } from '../upload/attachment-stager.ts';
import { tooMuchStaged } from '../upload/staged-caps.ts';
import { resolveUploadTarget } from '../upload/upload-target.ts';
import type { PieceStore } from './piece-store.ts';

export interface ResumableUploadsParts {
  store: ChatStore;
  uploads: ResumableUploadRepository;
  attachments: Pick<ChatAttachmentRepository, 'findByIds'>;
  pieces: PieceStore;
  stager: AttachmentStager;
  conversations: Pick<ConversationRepository, 'findById' | 'findOrCreateDraft'>;
  maxBytes: number;
  maxStaged: number;
  maxStagedBytes: number;
  /** How long an upload waits for its next piece, and its record for its sender. */
  livesMinutes: number;
}

/** What a sender says of the file before its bytes. */
export interface UploadMetadata {
  filename: string;
  filetype: string;
  dialogId: string | undefined;
  /** The header as it came; null when there was none. */
  sent: string | null;
}

/** What came of a part of the body. */
export interface Progress {
  upload: ResumableUpload;
  /** Once all bytes were taken in. */
  attachment: ChatAttachment | null;
}

/** Uploads in pieces: created, carried on, taken in as any other upload, or thrown away. Locking is the caller's. */
export class ResumableUploads {
  readonly #parts: ResumableUploadsParts;

  constructor(parts: ResumableUploadsParts) {
    this.#parts = parts;
  }

  /** @throws ChatError PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS (caps), NOT_FOUND (dialog), BAD_REQUEST (staff, no dialog) */
  async create(actor: Actor, lengthBytes: number, metadata: UploadMetadata): Promise<ResumableUpload> {
    const { maxBytes, conversations, store, livesMinutes } = this.#parts;
    if (lengthBytes > maxBytes) throw tooLarge(maxBytes);
    const dialogId = await resolveUploadTarget(conversations, actor, metadata.dialogId);
    const id = randomBytes(16).toString('hex');
    const { filename, filetype: claimedType, sent: sentMetadata } = metadata;
    await store.transaction(async (repositories) => {
      await repositories.resumableUploads.lockCreation(actor.userId);
      const staged = await repositories.attachments.countStaged(actor.userId);
      const begun = await repositories.resumableUploads.countUnfinished(actor.userId);
      this.#requireRoom(staged.count + begun.count + 1, staged.bytes + begun.bytes + lengthBytes);
      const upload = { id, userId: actor.userId, dialogId, filename, claimedType, sentMetadata, lengthBytes };
      await repositories.resumableUploads.create(upload, livesMinutes);
    });
    return this.require(actor, id);
  }

  /** @throws ChatError NOT_FOUND when it is missing, another's, thrown away or expired */
  async require(actor: Actor, id: string): Promise<ResumableUpload> {
    const upload = await this.#parts.uploads.findOwn(id, actor.userId);
    if (upload === null) throw new ChatError('NOT_FOUND', 'Not found.');
    return upload;
  }

  /** Null while it is not finished, or once the attachment was discarded. */
  async findAttachment(upload: ResumableUpload): Promise<ChatAttachment | null> {
    if (upload.attachmentId === null) return null;
    return (await this.#parts.attachments.findByIds([upload.attachmentId]))[0] ?? null;
  }

  /**
   * Takes in what a body brings, and the file as a whole once it is there.
   * @throws ChatError as `AttachmentStager.stage`; after a type that is not allowed the upload is gone, after anything
   * else it can be carried on. PAYLOAD_TOO_LARGE when the body brings more than was announced.
   */
  async append(actor: Actor, upload: ResumableUpload, body: AsyncIterable<Uint8Array>): Promise<Progress> {
    try {
      const received = await this.#parts.pieces.receive(upload, body);
      if (received.storedBytes < upload.lengthBytes) return { upload: received, attachment: null };
      return await this.#takeIn(actor, received);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'UNSUPPORTED_MEDIA_TYPE') await this.remove(upload);
      throw error;
    }
  }

  /** Throws an upload away with its pieces, and the attachment too while it is not sent. */
  async remove(upload: ResumableUpload): Promise<void> {
    const { uploads, pieces, stager } = this.#parts;
    // Pieces may have been added since it was read.
    const current = (await uploads.findOwn(upload.id, upload.userId)) ?? upload;
    await pieces.remove(current.pieces);
    if (current.attachmentId !== null) await stager.discard([current.attachmentId]);
    await uploads.delete(upload.id);
  }

  async #takeIn(actor: Actor, upload: ResumableUpload): Promise<Progress> {
    const { uploads, pieces, stager, conversations } = this.#parts;
    const attachment = await stager.stage({
      actor,
      // The right to write there may have been lost since the upload began.
      dialogId: await resolveUploadTarget(conversations, actor, upload.dialogId),
      filename: upload.filename,
      body: pieces.read(upload.pieces),
      declaredBytes: upload.lengthBytes,
    });
    await uploads.setAttachment(upload.id, attachment.id);
    if (await pieces.remove(upload.pieces)) await uploads.forgetPieces(upload.id);
    return { upload: { ...upload, attachmentId: attachment.id }, attachment };
  }

  #requireRoom(count: number, bytes: number): void {
    if (count > this.#parts.maxStaged || bytes > this.#parts.maxStagedBytes) throw tooMuchStaged();
  }
}
