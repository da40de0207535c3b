import type { Actor } from '#entities/account/_domain/actor.ts';
import type { LinkRequest } from '#entities/support-chat/_domain/attachment.ts';
import { type Conversation, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import { toLegacyAttachment } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { nextMessageTime } from '#entities/support-chat/_domain/message.ts';
import type { NewSupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { ChatRepositories } from '#entities/support-chat/_repositories/chat-store.ts';

/** Which of the two records of a message's files are written; at least one is (docs/rollout.md). */
export interface WriteGates {
  tableWrite: boolean;
  legacyWrite: boolean;
}

export interface OutgoingMessage {
  text: string | null;
  attachmentIds: readonly string[];
  clientMessageId: string | null;
}

export interface WrittenMessage {
  id: string;
  at: Date;
  /** For the caller to append at the very end of the transaction. */
  events: NewSupportEvent[];
}

/**
 * Writes one message and all that goes with it, in the caller's transaction, which holds the lock of the conversation.
 * @throws ChatError CONFLICT or NOT_FOUND when an attachment cannot be linked: let it pass, everything is rolled back.
 */
export async function writeMessage(
  repositories: ChatRepositories,
  gates: WriteGates,
  message: { actor: Actor; conversation: Conversation; outgoing: OutgoingMessage },
): Promise<WrittenMessage> {
  const { conversations, messages, readStates } = repositories;
  const { actor, conversation, outgoing } = message;
  const { id: dialogId } = conversation;
  const { userId } = actor;
  const side = sideOf(actor, conversation);
  const at = nextMessageTime(new Date(), conversation.lastMessageAt);
  const { text, clientMessageId, attachmentIds } = outgoing;
  const sender = { senderType: side, senderId: userId };
  const { id } = await messages.create({ dialogId, clientMessageId, text, createdAt: at, ...sender });
  if (attachmentIds.length > 0) {
    await attachFiles(repositories, gates, id, { attachmentIds, dialogId, createdByUserId: userId });
  }
  await conversations.noteMessage(dialogId, { at, reopen: side === 'USER' });

  // Counted before the mark moves: what was unread until now is read by answering.
  const unread = await readStates.countUnread(dialogId);
  await readStates.advance({ dialogId, side, userId, messageId: id, at });
  const subject = { dialogId, messageId: id, at };
  const events: NewSupportEvent[] = [{ type: 'message.created', readerType: null, ...subject }];
  const wasUnread = side === 'USER' ? unread.user : unread.staff;
  if (wasUnread > 0) events.push({ type: 'read.updated', readerType: side, ...subject });
  return { id, at, events };
}

/** UPLOADED to LINKED, the message's JSON for older programs, and the queue of renditions. */
async function attachFiles(
  { attachments, messages }: ChatRepositories,
  { tableWrite, legacyWrite }: WriteGates,
  messageId: string,
  request: LinkRequest,
): Promise<void> {
  const files = tableWrite
    ? await attachments.linkToMessage(messageId, request)
    : await attachments.takeForLegacyMessage(request);
  if (legacyWrite) await messages.setLegacyAttachments(messageId, files.map(toLegacyAttachment));
  if (!tableWrite) return;
  const pending = files.filter(({ previewState }) => previewState === 'pending');
  await attachments.queueRenditions(pending.map(({ id }) => id));
}
