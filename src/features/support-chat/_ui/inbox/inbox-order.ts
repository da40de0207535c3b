import type { StaffConversationDto } from '../../_api/types.ts';

/** `open`: what is not put aside yet. `all` is all there is, closed ones as well. */
export type InboxFilter = 'open' | 'waiting' | 'closed' | 'all';

export interface InboxSections {
  /** The one who waits longest comes first. */
  waiting: StaffConversationDto[];
  /** Answered or closed; the newest first. */
  others: StaffConversationDto[];
}

function isWaiting({ hasUnansweredIncoming, closedAt }: StaffConversationDto): boolean {
  return hasUnansweredIncoming && closedAt === null;
}

function byId(conversations: readonly StaffConversationDto[]): StaffConversationDto[] {
  return [...new Map(conversations.map((conversation) => [conversation.dialogId, conversation])).values()];
}

/**
 * Two lists from two queries. They are refreshed one after the other, so for a moment a conversation may be in both: what it
 * says of itself decides, and the one from the newer answer wins.
 */
export function arrangeInbox(
  waiting: readonly StaffConversationDto[],
  others: readonly StaffConversationDto[],
): InboxSections {
  const time = (conversation: StaffConversationDto) => conversation.waitingSince ?? conversation.lastMessageAt ?? '';
  const waitingOnce = byId(waiting.filter(isWaiting));
  const waitingIds = new Set(waitingOnce.map((conversation) => conversation.dialogId));
  return {
    waiting: waitingOnce.sort((a, b) => time(a).localeCompare(time(b))),
    others: byId(others.filter((conversation) => !isWaiting(conversation) && !waitingIds.has(conversation.dialogId))),
  };
}

/** The row a step away, or the first one when none is chosen; the ends hold. */
export function stepFrom(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  const at = current === null ? -1 : ids.indexOf(current);
  if (at === -1) return ids[0] ?? null;
  return ids[Math.min(Math.max(at + step, 0), ids.length - 1)] ?? null;
}
