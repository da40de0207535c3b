import { randomUUID } from 'node:crypto';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/types.ts';
import type { ObjectNames } from '#entities/support-chat/_repositories/object-names.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { type DetectedType, detectFileType, SNIFF_BYTES } from '#shared/file-type/detect.ts';
import { kindOf } from '#shared/file-type/media-types.ts';
import { isRefused, type TypePolicy } from '#shared/file-type/type-policy.ts';
import { presentFileName } from '#shared/http/disposition.ts';
import { hashBytes, limitBytes, peekBytes, TooManyBytesError, watchBytes } from '#shared/http/limited-bytes.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { Log } from '#shared/log/log.ts';
import { readImageSize } from './image-size.ts';
import type { StagedCaps } from './staged-caps.ts';

export interface StageInput {
  actor: Actor;
  /** Where the file is staged; the caller has checked that the actor may. */
  dialogId: string;
  /** As the client named it. */
  filename: string;
  body: AsyncIterable<Uint8Array>;
  /** What the sender says to come, at most; the caps count it before the bytes are there. */
  declaredBytes?: number;
  signal?: AbortSignal;
  /** Settles once the request around the file has ended well; the row is written only then. */
  bodyEnded?: Promise<unknown>;
}

export interface AttachmentStagerParts {
  attachments: Pick<ChatAttachmentRepository, 'createUploaded' | 'findByIds' | 'takeBackStaged' | 'markDeletingStaged'>;
  names: Pick<ObjectNames, 'state' | 'findNamed'>;
  storage: FileStorage;
  caps: StagedCaps;
  log: Log;
  maxBytes: number;
  fileTypes: TypePolicy;
  /** Removes private metadata (places, serial numbers) from the bytes as they pass; identity where the operator keeps it. */
  stripMetadata: (bytes: AsyncIterable<Uint8Array>, mimeType: string) => AsyncIterable<Uint8Array>;
  /** Whether renditions of this type are made once the file is sent; left out: of none. */
  hasRenditions?: (mimeType: string) => boolean;
}

/**
 * Bytes from a sender into storage in one pass, then the row `UPLOADED`. The bytes are stored
 * before the row is written: a crash between the two leaves an object without a row, which the doctor finds, never a
 * row without its object.
 */
export class AttachmentStager {
  readonly #parts: AttachmentStagerParts;

  constructor(parts: AttachmentStagerParts) {
    this.#parts = parts;
  }

  /**
   * @throws ChatError when a limit, a type or the staged caps forbid the file; StorageUnavailableError; an error of the
   * source when the sender went away. Nothing is stored then.
   */
  async stage(input: StageInput): Promise<ChatAttachment> {
    const { caps, maxBytes } = this.#parts;
    if ((input.declaredBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const place = await caps.reserve(input.actor.userId, input.declaredBytes);
    try {
      const { head, bytes } = await peekBytes(place.watch(limitBytes(input.body, maxBytes)), SNIFF_BYTES);
      const type = await detectFileType(head, input.filename);
      this.#requireAccepted(input.filename, type.mimeType);
      return await this.#store(input, type, head, bytes);
    } catch (error) {
      throw error instanceof TooManyBytesError ? tooLarge(maxBytes) : error;
    } finally {
      place.release();
    }
  }

  /**
   * Takes back what was staged for a message that then was not sent. Never throws.
   * Rows first: what was linked after all keeps its object, and so does what a message names in its JSON. While nobody
   * can tell whether one does, the file is withdrawn and its object is left to the cleanup.
   */
  async discard(attachmentIds: readonly string[]): Promise<void> {
    const { attachments, names } = this.#parts;
    try {
      if ((await names.state()) === 'unknown') {
        await attachments.markDeletingStaged(attachmentIds);
        return;
      }
      const named = await names.findNamed(await attachments.findByIds(attachmentIds));
      const taken = await attachments.takeBackStaged(attachmentIds.filter((id) => !named.has(id)));
      await Promise.all(taken.map((row) => this.#remove(row.storagePath)));
    } catch (err) {
      // They are staged rows still: cleanup removes them when they have grown stale.
      this.#parts.log.warn({ err }, 'refused attachments are left staged');
    }
  }

  #requireAccepted(name: string, mimeType: string): void {
    if (isRefused(this.#parts.fileTypes, name, mimeType)) throw typeNotAllowed();
  }

  async #remove(storagePath: string): Promise<void> {
    // Best effort: what is left behind has no row, and the doctor finds it.
    await this.#parts.storage.delete(storagePath).catch((err) => {
      this.#parts.log.warn({ err }, 'a refused upload is left in the storage');
    });
  }

  async #store(
    input: StageInput,
    type: DetectedType,
    head: Buffer,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<ChatAttachment> {
    const { storage, stripMetadata, attachments, hasRenditions } = this.#parts;
    const storagePath = createStoragePath(input.actor.userId);
    const watched = type.watch === null ? bytes : watchBytes(bytes, type.watch);
    const hashed = hashBytes(stripMetadata(watched, type.mimeType));
    await storage.put(storagePath, hashed.bytes, {
      contentType: type.mimeType,
      ...(input.signal && { signal: input.signal }),
    });
    try {
      await input.bodyEnded;
      const { sha256, sizeBytes } = hashed.result();
      const mimeType = await type.settle();
      this.#requireAccepted(input.filename, mimeType);
      const size = kindOf(mimeType) === 'image' ? readImageSize(head) : null;
      return await attachments.createUploaded({
        id: randomUUID(),
        dialogId: input.dialogId,
        storagePath,
        storageDriver: storage.driver,
        mimeType,
        sizeBytes,
        originalName: presentFileName(input.filename, mimeType),
        createdByUserId: input.actor.userId,
        etag: sha256,
        lastModified: new Date(),
        width: size?.width ?? null,
        height: size?.height ?? null,
        previewState: hasRenditions?.(mimeType) ? 'pending' : 'none',
      });
    } catch (error) {
      await this.#remove(storagePath);
      throw error;
    }
  }
}

export function tooLarge(maxBytes: number): ChatError {
  const allowed = maxBytes >= 1_048_576 ? `${Math.floor(maxBytes / 1_048_576)} MiB` : `${maxBytes} bytes`;
  return new ChatError('PAYLOAD_TOO_LARGE', `The file is too large: at most ${allowed} are allowed.`);
}

/** The one refusal of a type, whichever way the file came. */
export function typeNotAllowed(): ChatError {
  return new ChatError('UNSUPPORTED_MEDIA_TYPE', 'Files of this type are not accepted here.');
}
