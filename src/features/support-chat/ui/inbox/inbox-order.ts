import type { StaffDialogDto } from '../../dto/chat-dto.ts';

/** `all` means all open ones; what was closed is put aside. */
export type InboxFilter = 'waiting' | 'all' | 'closed';

export interface InboxSections {
  /** The one who waits longest comes first. */
  waiting: StaffDialogDto[];
  /** The newest first. */
  answered: StaffDialogDto[];
}

function byId(dialogs: readonly StaffDialogDto[]): StaffDialogDto[] {
  return [...new Map(dialogs.map((dialog) => [dialog.dialogId, dialog])).values()];
}

/**
 * Two lists from two queries. They are refreshed one after the other, so for a moment a dialog may be in both: what it
 * says of itself decides, and the one from the newer answer wins.
 */
export function arrangeInbox(waiting: readonly StaffDialogDto[], answered: readonly StaffDialogDto[]): InboxSections {
  const time = (dialog: StaffDialogDto) => dialog.waitingSince ?? dialog.lastMessageAt ?? '';
  const waitingOnce = byId(waiting.filter((dialog) => dialog.hasUnansweredIncoming));
  const waitingIds = new Set(waitingOnce.map((dialog) => dialog.dialogId));
  return {
    waiting: waitingOnce.sort((a, b) => time(a).localeCompare(time(b))),
    answered: byId(answered.filter((dialog) => !dialog.hasUnansweredIncoming && !waitingIds.has(dialog.dialogId))),
  };
}

/** The row a step away, or the first one when none is chosen; the ends hold. */
export function stepFrom(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  const at = current === null ? -1 : ids.indexOf(current);
  if (at === -1) return ids[0] ?? null;
  return ids[Math.min(Math.max(at + step, 0), ids.length - 1)] ?? null;
}
