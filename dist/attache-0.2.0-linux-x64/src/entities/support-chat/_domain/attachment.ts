import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { JsonValue } from './json-value.ts';

export type AttachmentStatus = 'UPLOADED' | 'LINKED' | 'DELETING';
export type RenditionVariant = 'thumbnail' | 'preview';

export interface ChatAttachment {
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
  status: AttachmentStatus;
  /** SHA-256 of the bytes, hex, without quotes. */
  etag: string | null;
  lastModified: Date | null;
  createdAt: Date;
  updatedAt: Date;
  position: number;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  durationMs: number | null;
  pageCount: number | null;
  waveform: JsonValue | null;
  previewState: string;
  lostAt: Date | null;
}

/** An attachment and the renditions that are ready. */
export interface AttachmentWithRenditions extends ChatAttachment {
  renditions: { variant: string }[];
}

/** UPLOADED to LINKED with its message, either to DELETING, and never back: a deleted file does not return. */
const TRANSITIONS: Readonly<Record<AttachmentStatus, readonly AttachmentStatus[]>> = {
  UPLOADED: ['LINKED', 'DELETING'],
  LINKED: ['DELETING'],
  DELETING: [],
};

export function mayBecome(from: AttachmentStatus, to: AttachmentStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

export interface LinkRequest {
  attachmentIds: readonly string[];
  dialogId: string;
  createdByUserId: string;
}

/** Whether one attachment may go into a message. The guarded UPDATE of the repository is this rule in SQL. */
export function isLinkable(
  attachment: Pick<ChatAttachment, 'status' | 'messageId' | 'createdByUserId' | 'dialogId'>,
  request: Omit<LinkRequest, 'attachmentIds'>,
): boolean {
  return (
    mayBecome(attachment.status, 'LINKED') &&
    attachment.messageId === null &&
    attachment.createdByUserId === request.createdByUserId &&
    attachment.dialogId === request.dialogId
  );
}

/**
 * Why a link was refused. Only one's own attachment may be called linked already; of anything else the answer does
 * not tell whether it exists (THREATS.md 1, 28).
 */
export function linkRefusal(
  found: readonly Pick<ChatAttachment, 'id' | 'status' | 'createdByUserId'>[],
  request: LinkRequest,
): ChatError {
  const isOwnLinked = (id: string) =>
    found.some((row) => row.id === id && row.status === 'LINKED' && row.createdByUserId === request.createdByUserId);
  return request.attachmentIds.some(isOwnLinked) ? alreadyLinked() : notFound('attachment');
}

export function alreadyLinked(): ChatError {
  return new ChatError('CONFLICT', 'An attachment is part of a message already.');
}
