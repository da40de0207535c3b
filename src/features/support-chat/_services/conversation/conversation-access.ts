import type { Actor } from '#entities/account/_domain/actor.ts';
import {
  type Conversation,
  mayReadConversation,
  maySendToConversation,
} from '#entities/support-chat/_domain/conversation.ts';
import { notFound } from '#shared/errors/chat-error.ts';

/** @throws ChatError NOT_FOUND when it is missing or not the actor's to see. */
export function requireReadable(actor: Actor, conversation: Conversation | null): Conversation {
  if (conversation === null || !mayReadConversation(actor, conversation)) throw notFound('conversation');
  return conversation;
}

/** @throws ChatError NOT_FOUND also for a draft, which is no conversation until `createConversation` publishes it. */
export function requireOpenToSend(actor: Actor, conversation: Conversation | null): Conversation {
  if (conversation === null || !maySendToConversation(actor, conversation)) throw notFound('conversation');
  return conversation;
}
