import { randomUUID } from 'node:crypto';
import type { ChatAttachment } from '#entities/support-chat/_domain/attachment.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { allowedLabels } from '#shared/file-type/allowed-types.ts';
import { type DetectedType, detectFileType, SNIFF_BYTES } from '#shared/file-type/detect.ts';
import { keepFalseEnding, presentFileName } from '#shared/http/disposition.ts';
import { hashBytes, limitBytes, peekBytes, TooManyBytesError } from '#shared/http/limited-bytes.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { Log } from '#shared/log/log.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import type { AttachmentStager, StageInput } from './attachment-stager.ts';
import { readImageSize } from './image-size.ts';
import type { StagedCaps } from './staged-caps.ts';

export interface StageParts {
  attachments: Pick<ChatAttachmentRepository, 'createUploaded' | 'takeBackStaged'>;
  storage: FileStorage;
  caps: StagedCaps;
  metrics: Metrics;
  log: Log;
  maxBytes: number;
  /** Takes places and serial numbers out of what passes; identity where the operator keeps them. */
  cleanse: (bytes: AsyncIterable<Uint8Array>, mimeType: string) => AsyncIterable<Uint8Array>;
  /** Whether renditions of this type are made once the file is sent; left out: of none. */
  hasRenditions?: (mimeType: string) => boolean;
}

/**
 * Bytes from a sender into storage in one pass, then the row `UPLOADED` (DESIGN.md 5, "Upload"). The bytes are stored
 * before the row is written: a crash between the two leaves an object without a row, which the doctor finds, never a
 * row without its object.
 */
export class StageAttachment implements AttachmentStager {
  readonly #parts: StageParts;

  constructor(parts: StageParts) {
    this.#parts = parts;
  }

  /**
   * @throws ChatError when a limit, a type or the staged caps forbid the file, or the storage is away; an error of the
   * source when the sender went away. Nothing is stored then.
   */
  async stage(input: StageInput): Promise<ChatAttachment> {
    const { caps, maxBytes } = this.#parts;
    if ((input.declaredBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const place = await caps.reserve(input.actor.userId, input.declaredBytes);
    try {
      const { head, bytes } = await peekBytes(place.watch(limitBytes(input.body, maxBytes)), SNIFF_BYTES);
      const type = await detectFileType(head, input.filename, input.claimedType);
      if (type === null) throw typeNotAllowed();
      return await this.#store(input, type, head, bytes);
    } catch (error) {
      throw toChatError(error, maxBytes);
    } finally {
      place.release();
    }
  }

  /** Rows first: what was linked after all keeps its object. */
  async discard(attachmentIds: readonly string[]): Promise<void> {
    try {
      const taken = await this.#parts.attachments.takeBackStaged(attachmentIds);
      await Promise.all(taken.map((row) => this.#remove(row.storagePath)));
    } catch (err) {
      // They are staged rows still: cleanup removes them when they have grown stale.
      this.#parts.log.warn({ err }, 'refused attachments are left staged');
    }
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
    const { storage, cleanse, attachments, hasRenditions } = this.#parts;
    const storagePath = createStoragePath(input.actor.userId);
    const hashed = hashBytes(cleanse(bytes, type.mimeType));
    await storage.put(storagePath, hashed.bytes, {
      contentType: type.mimeType,
      ...(input.signal && { signal: input.signal }),
    });
    try {
      await input.bodyEnded;
      const { sha256, sizeBytes } = hashed.result();
      const size = type.kind === 'image' ? readImageSize(head) : null;
      return await attachments.createUploaded({
        id: randomUUID(),
        dialogId: input.dialogId,
        storagePath,
        storageDriver: storage.driver,
        mimeType: type.mimeType,
        sizeBytes,
        originalName: presentFileName(keepFalseEnding(input.filename, type.mimeType), type.mimeType),
        createdByUserId: input.actor.userId,
        etag: sha256,
        lastModified: new Date(),
        width: size?.width ?? null,
        height: size?.height ?? null,
        previewState: hasRenditions?.(type.mimeType) ? 'pending' : 'none',
      });
    } catch (error) {
      await this.#remove(storagePath);
      throw error;
    }
  }
}

function toChatError(error: unknown, maxBytes: number): unknown {
  if (error instanceof TooManyBytesError) return tooLarge(maxBytes);
  if (!(error instanceof StorageUnavailableError)) return error;
  return new ChatError('SERVICE_UNAVAILABLE', 'The file storage does not answer. Try again later.', {
    cause: error,
    retryAfterSeconds: error.retryAfterSeconds,
  });
}

export function tooLarge(maxBytes: number): ChatError {
  const allowed = maxBytes >= 1_048_576 ? `${Math.floor(maxBytes / 1_048_576)} MiB` : `${maxBytes} bytes`;
  return new ChatError('PAYLOAD_TOO_LARGE', `The file is too large: at most ${allowed} are allowed.`);
}

/** The one refusal of a type, whichever way the file came. */
export function typeNotAllowed(): ChatError {
  return new ChatError('UNSUPPORTED_MEDIA_TYPE', `Files of this type are not accepted. Allowed: ${allowedLabels()}.`);
}
