import type { ConversationLine, InboxLine } from '#entities/support-chat/_repositories/inbox-repository.ts';
import { cutText, hasVisibleText } from '#shared/text/visible-text.ts';
import type { Listed } from '../_services/conversation/conversation-query-service.ts';
import type { StaffConversationDto, UserConversationDto } from './types.ts';

const MAX_PREVIEW_LENGTH = 140;

export function presentUserConversation(line: Listed<ConversationLine>): UserConversationDto {
  return {
    dialogId: line.id,
    topic: line.topic,
    lastMessagePreview: presentPreview(line),
    unreadCount: line.unreadCount,
    updatedAt: line.updatedAt.toISOString(),
  };
}

export function presentStaffConversation(line: Listed<InboxLine>): StaffConversationDto {
  return {
    dialogId: line.id,
    topic: line.topic,
    user: { id: line.userId, name: line.userName, email: line.userEmail },
    lastMessagePreview: presentPreview(line),
    lastMessageAt: line.lastMessageAt?.toISOString() ?? null,
    unreadCount: line.unreadCount,
    hasUnansweredIncoming: line.hasUnansweredIncoming,
    closedAt: line.closedAt?.toISOString() ?? null,
    waitingSince: line.waitingSince?.toISOString() ?? null,
  };
}

/** One line of the last message: its words, else the names of its files. */
function presentPreview({ lastText, lastFileNames }: Listed<ConversationLine>): string | null {
  const isSaid = lastText !== null && hasVisibleText(lastText);
  const words = isSaid ? lastText.replace(/\s+/gu, ' ').trim() : lastFileNames.join(', ');
  return words === '' ? null : cutText(words, MAX_PREVIEW_LENGTH);
}
