import type { ConversationLine, InboxLine } from '#entities/support-chat/_repositories/inbox-repository.ts';
import { cutText, hasVisibleText } from '#shared/text/visible-text.ts';
import type { AttachmentDto, StaffConversationDto, UserConversationDto } from './types.ts';

const MAX_PREVIEW_LENGTH = 140;

export function presentUserConversation(
  line: ConversationLine,
  lastAttachments: readonly AttachmentDto[],
): UserConversationDto {
  return {
    dialogId: line.id,
    topic: line.topic,
    lastMessagePreview: presentPreview(line.lastText, lastAttachments),
    unreadCount: line.unreadCount,
    updatedAt: line.updatedAt.toISOString(),
  };
}

export function presentStaffConversation(
  line: InboxLine,
  lastAttachments: readonly AttachmentDto[],
): StaffConversationDto {
  return {
    dialogId: line.id,
    topic: line.topic,
    user: { id: line.userId, name: line.userName, email: line.userEmail },
    lastMessagePreview: presentPreview(line.lastText, lastAttachments),
    lastMessageAt: line.lastMessageAt?.toISOString() ?? null,
    unreadCount: line.unreadCount,
    hasUnansweredIncoming: line.hasUnansweredIncoming,
    closedAt: line.closedAt?.toISOString() ?? null,
    waitingSince: line.waitingSince?.toISOString() ?? null,
  };
}

/** One line of the last message: its words, else the names of its files. */
function presentPreview(text: string | null, attachments: readonly AttachmentDto[]): string | null {
  const isSaid = text !== null && hasVisibleText(text);
  const words = isSaid
    ? text.replace(/\s+/gu, ' ').trim()
    : attachments.map((attachment) => attachment.name).join(', ');
  return words === '' ? null : cutText(words, MAX_PREVIEW_LENGTH);
}
