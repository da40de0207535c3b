import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';

export interface Conversation {
  id: string;
  /** The customer. */
  userId: string;
  topic: string | null;
  lastMessageAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** The owner while this is a draft: files were staged, nothing was sent. Null once published. */
  draftOwnerId: string | null;
  closedAt: Date | null;
}

export type ConversationOwnership = Pick<Conversation, 'userId' | 'draftOwnerId'>;

/** The two sides of a conversation; all staff are one side. */
export type Side = 'USER' | 'STAFF';

/**
 * Who may see a dialog: its customer, and whoever manages chats once it is published.
 * The one owner of this rule. Its SQL twin is `MAY_READ` in features/support-chat/deliver/deliverable-sql.ts, which
 * must answer in a single statement; a test runs both over every case.
 */
export function mayReadConversation(actor: Actor, dialog: ConversationOwnership): boolean {
  return dialog.userId === actor.userId || (dialog.draftOwnerId === null && mayManageSupportChats(actor));
}

/** A draft takes no messages: `createDialog` publishes it with its first one. */
export function maySendToConversation(actor: Actor, dialog: ConversationOwnership): boolean {
  return dialog.draftOwnerId === null && mayReadConversation(actor, dialog);
}

/** Whether files may be staged there: wherever one may send, and in one's own draft. */
export function mayStageInConversation(actor: Actor, dialog: ConversationOwnership): boolean {
  return maySendToConversation(actor, dialog) || dialog.draftOwnerId === actor.userId;
}

/** For which side the actor speaks: a customer who became staff stays the customer of their own dialogs. */
export function sideOf(actor: Actor, dialog: Pick<Conversation, 'userId'>): Side {
  return dialog.userId === actor.userId ? 'USER' : 'STAFF';
}

export function otherSide(side: Side): Side {
  return side === 'USER' ? 'STAFF' : 'USER';
}
