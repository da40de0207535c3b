import type { ConversationOwnership, Side } from './conversation.ts';

export type SupportEventType = 'dialog.created' | 'message.created' | 'message.updated' | 'read.updated';

/** What happened, by ids only: what a listener may see of it is looked up when it is told. */
export interface NewSupportEvent {
  type: SupportEventType;
  dialogId: string;
  messageId: string | null;
  /** For `read.updated`: which side read. */
  readerType: Side | null;
  at: Date;
}

export interface SupportEvent extends NewSupportEvent {
  id: bigint;
  /** Whose dialog it is now, for `mayReadDialog`. */
  dialog: ConversationOwnership;
}

/** What passes by without a row: it matters now or never. */
export type SupportSignal =
  | { kind: 'typing'; dialogId: string; userId: string }
  /** A session ended, or its user's rights changed. */
  | { kind: 'access'; userId: string }
  /** Whoever holds this upload is to let go of it: its sender came back on another connection. */
  | { kind: 'upload'; uploadId: string }
  /** These people have pages open in that process. */
  | { kind: 'presence'; instance: string; people: [userId: string, isStaff: boolean][] }
  /** These have closed theirs there. */
  | { kind: 'absence'; instance: string; userIds: string[] };
