import type { JsonValue } from './json-value.ts';

export type SenderType = 'USER' | 'STAFF' | 'SYSTEM';

export interface Message {
  id: string;
  dialogId: string;
  clientMessageId: string | null;
  senderType: SenderType;
  senderUserId: string | null;
  senderStaffId: string | null;
  text: string | null;
  /** Legacy JSON: see ../attachment/legacy-attachment.ts. */
  attachments: JsonValue | null;
  createdAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
}

/** A message with what a reader sees beside it. */
export interface MessageView extends Message {
  senderName: string | null;
  /** When the other side read it; null while it has not. */
  readAt: Date | null;
}

/** The place of a message in its dialog: by time, then by id. */
export interface MessagePosition {
  createdAt: Date;
  id: string;
}

export function senderIdOf(message: Pick<Message, 'senderType' | 'senderUserId' | 'senderStaffId'>): string | null {
  if (message.senderType === 'SYSTEM') return null;
  return message.senderType === 'STAFF' ? message.senderStaffId : message.senderUserId;
}

/** Only what one wrote oneself, and only while it is there. Everything else is "no such message". */
export function mayChangeMessage(
  actor: { userId: string },
  message: Pick<Message, 'senderType' | 'senderUserId' | 'senderStaffId'>,
): boolean {
  return senderIdOf(message) === actor.userId;
}

/**
 * When the next message of a dialog is written: now, but always after the last one, whatever the clocks of the
 * instances say. Pages and unread counts are keyed by this time, so it must rise strictly within a dialog.
 */
export function nextMessageTime(now: Date, lastMessageAt: Date | null): Date {
  return lastMessageAt !== null && lastMessageAt >= now ? new Date(lastMessageAt.getTime() + 1) : now;
}
