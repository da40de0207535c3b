import type { Actor } from '#entities/account/_domain/actor.ts';
import type { Conversation } from '#entities/support-chat/_domain/conversation.ts';
import type { ChatRepositories } from '#entities/support-chat/_repositories/chat-store.ts';
import { type WriteGates, writeMessage } from './write-message.ts';

export interface ConversationOpening {
  topic: string | null;
  text: string | null;
  clientMessageId: string | null;
}

export interface BegunConversation {
  dialogId: string;
  createdAt: Date;
  firstMessageId: string;
}

/** The draft was published by another call of the same customer between our look and our lock. */
export class DraftGoneError extends Error {
  override readonly name = 'DraftGoneError';
}

/**
 * Publishes the draft, or makes a conversation without one, and writes its first message; in the caller's transaction.
 * @throws DraftGoneError; ChatError as `writeMessage`
 */
export async function beginConversation(
  repositories: ChatRepositories,
  gates: WriteGates,
  request: { actor: Actor; draft: Conversation | null; opening: ConversationOpening; attachmentIds: string[] },
): Promise<BegunConversation & { isRepeat: boolean }> {
  const { actor, draft, opening, attachmentIds } = request;
  const { conversations, events } = repositories;
  const { topic, text, clientMessageId } = opening;
  if (clientMessageId) {
    await conversations.lockCreation(actor.userId);
    const earlier = await conversations.findBegunWith(actor.userId, clientMessageId);
    if (earlier) return { ...earlier, isRepeat: true };
  }
  const conversation = await publish(repositories, actor.userId, topic, draft);
  const outgoing = { text, clientMessageId, attachmentIds };
  const written = await writeMessage(repositories, gates, { actor, conversation, outgoing });
  const { id: dialogId, createdAt } = conversation;
  const created = { type: 'dialog.created', dialogId, messageId: null, readerType: null, at: written.at } as const;
  await events.append([created, ...written.events]);
  return { dialogId, createdAt, firstMessageId: written.id, isRepeat: false };
}

async function publish(
  { conversations }: ChatRepositories,
  userId: string,
  topic: string | null,
  draft: Conversation | null,
): Promise<Conversation> {
  const at = new Date();
  if (draft === null) return conversations.createPublished({ userId, topic, at });
  if (!(await conversations.publishDraft(draft.id, { userId, topic, at }))) throw new DraftGoneError();
  return { ...draft, topic, draftOwnerId: null, createdAt: at, updatedAt: at };
}
