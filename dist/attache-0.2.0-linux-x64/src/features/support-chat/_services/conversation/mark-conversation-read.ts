import type { Actor } from '#entities/account/_domain/actor.ts';
import { sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import type { ReadResultDto } from '../../_api/dto/chat-dto.ts';
import type { MarkDialogReadInput } from '../../_api/inputs.ts';
import { requireReadable } from './conversation-guard.ts';

/** Moves the read mark of the caller's side; an older message than the marked one changes nothing. */
export class MarkConversationRead {
  readonly #store: ChatStore;

  constructor(store: ChatStore) {
    this.#store = store;
  }

  /** @throws ChatError NOT_FOUND also for a message of another dialog. */
  execute(actor: Actor, input: MarkDialogReadInput): Promise<ReadResultDto> {
    return this.#store.transaction(async ({ dialogs, messages, readStates, events }) => {
      const dialog = requireReadable(actor, await dialogs.findById(input.dialogId));
      const message = await messages.findById(input.lastReadMessageId);
      if (message?.dialogId !== dialog.id) throw notFound('message');
      const side = sideOf(actor, dialog);
      const at = new Date();
      const mark = { dialogId: dialog.id, side, userId: actor.userId, messageId: message.id, at };
      const moved = await readStates.advance(mark);
      const readAt = moved ? at : ((await readStates.findReadAt(dialog.id, side)) ?? at);
      const unread = await readStates.countUnread(dialog.id);
      if (moved) {
        const event = { dialogId: dialog.id, messageId: message.id, readerType: side, at };
        await events.append([{ type: 'read.updated', ...event }]);
      }
      return {
        dialogId: dialog.id,
        readerType: side,
        readAt: readAt.toISOString(),
        unreadCount: side === 'USER' ? unread.user : unread.staff,
      };
    });
  }
}
