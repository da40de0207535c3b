/** A stored piece of an upload, in the order of the list it stands in. */
export interface UploadPiece {
  storagePath: string;
  storageDriver: string;
  sizeBytes: number;
}

/** An upload that comes in pieces, from its creation until its record is thrown away. */
export interface ResumableUpload {
  id: string;
  userId: string;
  /** Where the file will be staged. */
  dialogId: string;
  filename: string;
  claimedType: string;
  /** `Upload-Metadata` as the client sent it, which tus wants back; null when there was none. */
  sentMetadata: string | null;
  lengthBytes: number;
  /** Bytes stored, in `pieces`; once the attachment is there, `lengthBytes`. */
  storedBytes: number;
  pieces: UploadPiece[];
  /** The staged attachment, once all bytes were taken in. */
  attachmentId: string | null;
  expiresAt: Date;
}

export type NewResumableUpload = Pick<
  ResumableUpload,
  'id' | 'userId' | 'dialogId' | 'filename' | 'claimedType' | 'sentMetadata' | 'lengthBytes'
>;

/**
 * How far a sender is told that the upload is. Never the end before the attachment is there: senders take the full
 * length for success and would not come back after a storage was away in the last moment. So the last byte is asked for
 * once more, and thrown away.
 */
export function announcedOffset(upload: Pick<ResumableUpload, 'lengthBytes' | 'storedBytes' | 'attachmentId'>): number {
  const { lengthBytes, storedBytes, attachmentId } = upload;
  return attachmentId === null && storedBytes === lengthBytes ? Math.max(0, lengthBytes - 1) : storedBytes;
}
