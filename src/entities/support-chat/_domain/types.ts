import type { Settings } from '#shared/config/settings-schema.ts';
import type { JsonValue } from './json-value.ts';
import type { ParsedLegacyAttachment } from './legacy-attachment.ts';
import type { MessageView } from './message.ts';

/**
 * UPLOADED: staged, the bytes are stored and no message carries them yet. LINKED: part of a message. DELETING: out of
 * everybody's reach, freed by the cleanup. Allowed transitions: `mayBecome` (attachment.ts).
 */
export type ChatAttachmentStatus = 'UPLOADED' | 'LINKED' | 'DELETING';

export type RenditionVariant = 'thumbnail' | 'preview';

/** What the delivery route may be asked for. */
export type Variant = 'original' | RenditionVariant;

/** Which record of a message's files is read: the table, the JSON of older programs, or the table first. */
export type ReadMode = Settings['SUPPORT_CHAT_ATTACHMENT_READ_MODE'];

/** What conditional requests are answered from: a snapshot of the storage's metadata, kept in the row. */
export interface AttachmentReadMetadata {
  /** SHA-256 of the bytes, hex, without quotes. Rows of older programs may hold anything or null. */
  etag: string | null;
  /** When the object was stored. */
  lastModified: Date | null;
}

/** A row of `ChatAttachment`. */
export interface ChatAttachment extends AttachmentReadMetadata {
  id: string;
  dialogId: string;
  messageId: string | null;
  storagePath: string;
  /** Null: the configured driver. */
  storageDriver: string | null;
  mimeType: string;
  sizeBytes: number;
  originalName: string;
  createdByUserId: string;
  status: ChatAttachmentStatus;
  createdAt: Date;
  updatedAt: Date;
  /** Order inside the message, from 0. */
  position: number;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  durationMs: number | null;
  pageCount: number | null;
  waveform: JsonValue | null;
  previewState: string;
  /** Set when the object was found missing. */
  lostAt: Date | null;
}

/** An attachment and the renditions that are ready. */
export interface AttachmentWithRenditions extends ChatAttachment {
  renditions: { variant: string }[];
}

/** The files of a message, by the record each was read from. */
export interface MessageFiles {
  rows: AttachmentWithRenditions[];
  legacy: ParsedLegacyAttachment[];
}

export interface MessageWithFiles extends MessageView {
  files: MessageFiles;
}

/** A file that its reader may be sent, the original or a rendition, as one query found it. */
export interface DeliverableFile extends AttachmentReadMetadata {
  /** Entity tags of rows that have none are derived from it, so a rendition has its own. */
  id: string;
  attachmentId: string;
  dialogId: string;
  storagePath: string;
  /** Null: the configured driver. */
  storageDriver: string | null;
  sizeBytes: number;
  mimeType: string;
  fileName: string;
  lastModified: Date;
}
