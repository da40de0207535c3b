import type { Actor } from '#entities/account/_domain/actor.ts';
import {
  type Conversation,
  mayReadConversation,
  maySendToConversation,
} from '#entities/support-chat/_domain/conversation.ts';
import { notFound } from '#shared/errors/chat-error.ts';

/** @throws ChatError NOT_FOUND when it is missing or not the actor's to see. */
export function requireReadable(actor: Actor, dialog: Conversation | null): Conversation {
  if (dialog === null || !mayReadConversation(actor, dialog)) throw notFound('dialog');
  return dialog;
}

/** @throws ChatError NOT_FOUND also for a draft, which is no dialog until `createDialog` publishes it. */
export function requireOpenToSend(actor: Actor, dialog: Conversation | null): Conversation {
  if (dialog === null || !maySendToConversation(actor, dialog)) throw notFound('dialog');
  return dialog;
}
