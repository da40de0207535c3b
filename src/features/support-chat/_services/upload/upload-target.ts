import { type Actor, mayOpenConversations } from '#entities/account/_domain/actor.ts';
import { mayStageInConversation } from '#entities/support-chat/_domain/conversation.ts';
import { toRecordId } from '#entities/support-chat/_domain/record-id.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';

type Conversations = Pick<ConversationRepository, 'findById' | 'findOrCreateDraft'>;

/**
 * Into which conversation an upload goes: the one named, or the caller's draft when none is.
 * @throws ChatError NOT_FOUND when it is missing or not theirs; BAD_REQUEST when staff name none
 */
export async function resolveUploadTarget(
  conversations: Conversations,
  actor: Actor,
  dialogId: string | undefined,
): Promise<string> {
  if (dialogId === undefined || dialogId === '') {
    if (!mayOpenConversations(actor))
      throw new ChatError('BAD_REQUEST', 'Name the conversation: only customers begin one.');
    return (await conversations.findOrCreateDraft(actor.userId)).id;
  }
  const conversation = await conversations.findById(toRecordId(dialogId));
  if (conversation === null || !mayStageInConversation(actor, conversation)) throw notFound('conversation');
  return conversation.id;
}
