import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { ConversationStateDto } from '../../_api/dto/chat-dto.ts';
import type { ConversationInput } from '../../_api/inputs.ts';
import { requireOpenToSend } from './conversation-guard.ts';

/** Staff put a dialog aside; a message of its customer opens it again by itself. */
export class CloseConversation {
  readonly #dialogs: ConversationRepository;

  constructor(dialogs: ConversationRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError FORBIDDEN for customers, NOT_FOUND */
  execute(actor: Actor, { dialogId }: ConversationInput): Promise<ConversationStateDto> {
    return setClosedAt(this.#dialogs, actor, dialogId, new Date());
  }
}

/** Staff take a closed dialog up again. */
export class OpenConversation {
  readonly #dialogs: ConversationRepository;

  constructor(dialogs: ConversationRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError FORBIDDEN for customers, NOT_FOUND */
  execute(actor: Actor, { dialogId }: ConversationInput): Promise<ConversationStateDto> {
    return setClosedAt(this.#dialogs, actor, dialogId, null);
  }
}

async function setClosedAt(
  dialogs: ConversationRepository,
  actor: Actor,
  dialogId: string,
  closedAt: Date | null,
): Promise<ConversationStateDto> {
  const dialog = requireOpenToSend(actor, await dialogs.findById(dialogId));
  if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support closes and opens dialogs.');
  const changed = await dialogs.setClosedAt(dialog.id, closedAt);
  return { dialogId: dialog.id, closedAt: changed.closedAt?.toISOString() ?? null };
}
