import type { ConversationLine, InboxLine } from '#entities/support-chat/_repositories/inbox-repository.ts';
import type { AttachmentDto, StaffConversationDto, UserConversationDto } from './chat-dto.ts';

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
  const words = text?.replace(/\s+/gu, ' ').trim() || attachments.map((attachment) => attachment.name).join(', ');
  if (words === '') return null;
  const letters = [...words];
  return letters.length > MAX_PREVIEW_LENGTH ? `${letters.slice(0, MAX_PREVIEW_LENGTH - 1).join('')}…` : words;
}
