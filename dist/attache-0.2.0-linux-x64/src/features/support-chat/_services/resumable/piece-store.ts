import type { ResumableUpload, UploadPiece } from '#entities/support-chat/_domain/resumable-upload.ts';
import type { ResumableUploadRepository } from '#entities/support-chat/_repositories/resumable-upload-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { detectFileType, SNIFF_BYTES } from '#shared/file-type/detect.ts';
import { limitBytes, peekBytes, TooManyBytesError } from '#shared/http/limited-bytes.ts';
import { createStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import { typeNotAllowed } from '../upload/stage-attachment.ts';
import { BodyPieces } from './body-pieces.ts';

export interface PieceStoreParts {
  storages: StorageRegistry;
  uploads: Pick<ResumableUploadRepository, 'addPiece'>;
  livesMinutes: number;
  log: Log;
  /** Of one piece; what a killed server loses at most. */
  pieceBytes?: number;
}

const PIECE_BYTES = 8 * 1024 * 1024;
const MAX_PIECES = 2_000;

/** On a slow line a piece is stored before it is full; the more there are already, the more patience. */
const pieceMs = (pieces: number) => (15 + pieces / 10) * 1000;

/** The stored pieces of unfinished uploads: objects of their own, noted one by one in the record of their upload. */
export class PieceStore {
  readonly #parts: PieceStoreParts;

  constructor(parts: PieceStoreParts) {
    this.#parts = parts;
  }

  /**
   * Stores what a body brings; what was stored before an error stays.
   * @throws ChatError PAYLOAD_TOO_LARGE (more than announced), UNSUPPORTED_MEDIA_TYPE (by its first bytes), BAD_REQUEST
   * (too many pieces), CONFLICT (carried on by somebody else); StorageUnavailableError
   */
  async receive(upload: ResumableUpload, source: AsyncIterable<Uint8Array>): Promise<ResumableUpload> {
    const isStored = upload.storedBytes === upload.lengthBytes;
    // The byte that senders are asked for once more: see `announcedOffset`.
    const remaining = isStored ? Math.min(1, upload.lengthBytes) : upload.lengthBytes - upload.storedBytes;
    const body = new BodyPieces(limitBytes(source, remaining));
    let current = upload;
    try {
      while (await body.hasMore()) {
        if (isStored) await drain(body.piece(1, 0));
        else current = await this.#storePiece(current, body);
      }
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error;
      throw new ChatError('PAYLOAD_TOO_LARGE', 'The body brings more bytes than the upload has.');
    }
    return current;
  }

  /** All bytes in their order. */
  async *read(pieces: readonly UploadPiece[]): AsyncGenerator<Uint8Array> {
    for (const { storagePath, storageDriver } of pieces) {
      const storage = await this.#parts.storages.for(storageDriver);
      yield* await storage.open(storagePath);
    }
  }

  /** Never throws; false when something may be left, to be tried again. */
  async remove(pieces: readonly UploadPiece[]): Promise<boolean> {
    let isDone = true;
    for (const [driver, group] of Map.groupBy(pieces, (piece) => piece.storageDriver)) {
      try {
        const storage = await this.#parts.storages.for(driver);
        const { failed } = await storage.deleteMany(group.map(({ storagePath }) => storagePath));
        if (failed.length > 0) throw failed[0]?.error;
      } catch (err) {
        isDone = false;
        this.#parts.log.warn({ err }, 'pieces of an upload are left in the storage');
      }
    }
    return isDone;
  }

  async #storePiece(upload: ResumableUpload, body: BodyPieces): Promise<ResumableUpload> {
    const { storages, uploads, livesMinutes, pieceBytes = PIECE_BYTES } = this.#parts;
    if (upload.pieces.length >= MAX_PIECES) {
      throw new ChatError('BAD_REQUEST', 'The upload came in too many pieces. Send larger ones.');
    }
    const bytes = body.piece(pieceBytes, pieceMs(upload.pieces.length));
    const storage = storages.current;
    const storagePath = createStoragePath(upload.userId);
    const accepted = upload.storedBytes === 0 ? await requireAllowedType(upload, bytes) : bytes;
    const { sizeBytes } = await storage.put(storagePath, accepted);
    const piece: UploadPiece = { storagePath, storageDriver: storage.driver, sizeBytes };
    // If this throws, the piece may be noted or not: it stays, and the doctor finds it if nothing names it.
    const noted = await uploads.addPiece(upload, piece, livesMinutes);
    if (noted === null) {
      await this.remove([piece]);
      throw new ChatError('CONFLICT', 'The upload was carried on elsewhere.');
    }
    return {
      ...upload,
      storedBytes: upload.storedBytes + sizeBytes,
      pieces: [...upload.pieces, piece],
      expiresAt: noted.expiresAt,
    };
  }
}

/** A film of a type that is not taken is refused at its beginning, not after its hundred megabytes. */
async function requireAllowedType(
  { filename, claimedType, lengthBytes }: ResumableUpload,
  source: AsyncGenerator<Uint8Array>,
): Promise<AsyncGenerator<Uint8Array>> {
  const { head, bytes } = await peekBytes(source, SNIFF_BYTES);
  // With less the file cannot be judged yet; it is once it is whole.
  const isEnough = head.length >= Math.min(SNIFF_BYTES, lengthBytes);
  if (isEnough && (await detectFileType(head, filename, claimedType)) === null) {
    await bytes.return(undefined);
    throw typeNotAllowed();
  }
  return bytes;
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}
