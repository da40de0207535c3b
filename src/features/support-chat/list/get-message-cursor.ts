import type { Actor } from '#entities/account/actor.ts';
import type { DialogRepository } from '#entities/support-chat/dialog/dialog-repository.ts';
import { requireReadable } from '../dialog/dialog-guard.ts';
import type { MessageCursorInput } from '../trpc/inputs.ts';
import { cursorUpTo } from './message-cursor.ts';

/** For "jump to a date": where the page of messages up to a moment begins. */
export class GetMessageCursor {
  readonly #dialogs: DialogRepository;

  constructor(dialogs: DialogRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError NOT_FOUND */
  async execute(actor: Actor, { dialogId, at }: MessageCursorInput): Promise<{ cursor: string }> {
    requireReadable(actor, await this.#dialogs.findById(dialogId));
    return { cursor: cursorUpTo(new Date(at)) };
  }
}
