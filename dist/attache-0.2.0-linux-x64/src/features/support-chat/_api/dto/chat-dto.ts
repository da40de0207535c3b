/** What the API answers (CONTRACT.md 4). Dates are ISO 8601 strings, sizes are bytes; what does not apply is null. */

import type { FileKind } from '#shared/file-type/allowed-types.ts';

export type AttachmentKind = FileKind;
export type SenderTypeDto = 'USER' | 'STAFF' | 'SYSTEM';

export interface AttachmentDto {
  id: string;
  name: string;
  mimeType: string;
  sizeBytes: number;
  kind: AttachmentKind;
  url: string;
  thumbnailUrl: string | null;
  previewUrl: string | null;
  width: number | null;
  height: number | null;
  /** Base64 of the thumbhash. */
  thumbhash: string | null;
  /** Seconds; video and audio. */
  durationSeconds: number | null;
  pageCount: number | null;
  /** 64 peaks, 0 to 1; audio. */
  waveform: number[] | null;
  /** `pending`: renditions are being made, the page swaps them in on `message.updated`. */
  previewState: 'none' | 'pending' | 'ready' | 'failed';
  /** The row is there, the bytes are gone. */
  lost: boolean;
}

export interface StagedAttachmentDto extends AttachmentDto {
  status: 'UPLOADED';
  dialogId: string;
}

export interface MessageDto {
  id: string;
  dialogId: string;
  clientMessageId: string | null;
  senderType: SenderTypeDto;
  sender: { id: string; name: string } | null;
  text: string | null;
  attachments: AttachmentDto[];
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
  readAt: string | null;
}

/** A file of the files panel: as in its message, with the message's id, sender and time. */
export interface SentAttachmentDto extends AttachmentDto {
  messageId: string;
  senderType: SenderTypeDto;
  sender: { id: string; name: string } | null;
  sentAt: string;
}

export interface SentAttachmentPageDto {
  items: SentAttachmentDto[];
  nextCursor?: string;
}

/** One line of the record of openings. */
export interface AttachmentAccessDto {
  attachmentId: string;
  /** Null once the file is gone. */
  name: string | null;
  /** To a customer everybody of the other side is `support`. */
  user: { id: string; name: string } | 'support';
  action: 'view' | 'download';
  at: string;
}

export interface AttachmentAccessPageDto {
  items: AttachmentAccessDto[];
  nextCursor?: string;
}

export interface MessagePageDto {
  /** The newest page first, ascending inside a page. */
  items: MessageDto[];
  nextCursor?: string;
  /** Of a page from the middle: leads to what was written after it. Missing where the conversation ends. */
  newerCursor?: string;
}

/** A page from the middle of a conversation. */
export interface MessagesAroundDto extends MessagePageDto {
  /** The message it was made around; null where there is none (nothing is unread): then it is the newest page. */
  targetId: string | null;
}

export interface UserConversationDto {
  dialogId: string;
  topic: string | null;
  lastMessagePreview: string | null;
  unreadCount: number;
  updatedAt: string;
}

export interface UserConversationPageDto {
  items: UserConversationDto[];
  nextCursor?: string;
}

/** Whether the other side of a dialog has a page open; `userId` is null for support, which is one. */
export interface PresenceDto {
  side: 'USER' | 'STAFF';
  userId: string | null;
  online: boolean;
  /** Null while online, or when nobody knows. */
  lastSeenAt: string | null;
}

/** A message found by its words or the name of one of its files. */
export interface FoundMessageDto {
  message: MessageDto;
  topic: string | null;
  customer: { id: string; name: string };
  /** For `userGetMessages`: the page that ends with this message. */
  pageCursor: string;
}

export interface FoundMessagePageDto {
  items: FoundMessageDto[];
  nextCursor?: string;
}

export interface StaffConversationDto {
  dialogId: string;
  topic: string | null;
  user: { id: string; name: string; email: string };
  lastMessagePreview: string | null;
  lastMessageAt: string | null;
  unreadCount: number;
  hasUnansweredIncoming: boolean;
  closedAt: string | null;
  /** Since when the customer waits for an answer; null when answered or closed. */
  waitingSince: string | null;
}

export interface StaffConversationPageDto {
  items: StaffConversationDto[];
  nextCursor?: string;
}

export interface CreateConversationResultDto {
  dialogId: string;
  createdAt: string;
  firstMessageId: string;
}

export interface SendResultDto {
  message: MessageDto;
  dialog: { dialogId: string; updatedAt: string };
  unread: { user: number; staff: number };
}

export interface ReadResultDto {
  dialogId: string;
  readerType: 'USER' | 'STAFF';
  readAt: string;
  unreadCount: number;
}

export interface ConversationStateDto {
  dialogId: string;
  closedAt: string | null;
}

export interface PersonDto {
  id: string;
  name: string;
  email: string;
  role: 'USER' | 'STAFF' | 'ADMIN';
  canManageSupportChats: boolean;
  createdAt: string;
}

export interface PersonPageDto {
  items: PersonDto[];
  nextCursor?: string;
}

/** Payloads of `GET /api/support-chat/events`, by event name. */
export interface ChatEvents {
  /** `reset`: the gap since `Last-Event-ID` can not be filled, load anew. */
  connected: { serverTime: string; reset?: true };
  'dialog.created': { dialogId: string };
  'message.created': { dialogId: string; message: MessageDto };
  'message.updated': { dialogId: string; message: MessageDto };
  'read.updated': { dialogId: string; readerType: 'USER' | 'STAFF'; lastReadMessageId: string; readAt: string };
  typing: { dialogId: string; senderType: 'USER' | 'STAFF'; name: string };
  /** A customer came or went (told to support), or support as one (told to customers). */
  'presence.updated': PresenceDto;
}
