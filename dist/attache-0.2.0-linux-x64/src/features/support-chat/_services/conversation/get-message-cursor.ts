import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { MessageCursorInput } from '../../_api/inputs.ts';
import { cursorUpTo } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-guard.ts';

/** For "jump to a date": where the page of messages up to a moment begins. */
export class GetMessageCursor {
  readonly #dialogs: ConversationRepository;

  constructor(dialogs: ConversationRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError NOT_FOUND */
  async execute(actor: Actor, { dialogId, at }: MessageCursorInput): Promise<{ cursor: string }> {
    requireReadable(actor, await this.#dialogs.findById(dialogId));
    return { cursor: cursorUpTo(new Date(at)) };
  }
}
