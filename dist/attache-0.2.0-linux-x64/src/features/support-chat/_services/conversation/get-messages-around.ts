import type { Actor } from '#entities/account/_domain/actor.ts';
import { type Conversation, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { MessagePosition } from '#entities/support-chat/_domain/message.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { ReadStateRepository } from '#entities/support-chat/_repositories/read-state-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import type { MessagesAroundDto } from '../../_api/dto/chat-dto.ts';
import type { MessagesAroundInput } from '../../_api/inputs.ts';
import { cutPage } from '../../_domain/cursor.ts';
import { cursorAfter, cursorBefore } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-guard.ts';
import type { MessagePresenter } from './message-presenter.ts';

interface Dependencies {
  dialogs: ConversationRepository;
  messages: MessageRepository;
  readStates: ReadStateRepository;
  presenter: MessagePresenter;
}

/**
 * The way into the middle of a long conversation: the messages on both sides of one that was looked for, of the first
 * of a day, or of the first unread one. The cursors lead on in both directions, by `userGetMessages`.
 */
export class GetMessagesAround {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws ChatError NOT_FOUND also for a message of another dialog. */
  async execute(actor: Actor, input: MessagesAroundInput): Promise<MessagesAroundDto> {
    const { dialogs, messages, presenter } = this.#deps;
    const dialog = requireReadable(actor, await dialogs.findById(input.dialogId));
    const target = await this.#findTarget(actor, dialog, input);
    const newerLimit = target ? Math.ceil(input.limit / 2) : 0;
    const olderLimit = input.limit - newerLimit;
    const [before, from] = await Promise.all([
      messages.listViews(dialog.id, { before: target, limit: olderLimit + 1 }),
      target ? messages.listViewsFrom(dialog.id, { from: target, limit: newerLimit + 1 }) : [],
    ]);
    const older = cutPage(before, olderLimit, cursorBefore);
    const newer = cutPage(from, newerLimit, cursorAfter);
    return {
      items: await presenter.present([...older.items.reverse(), ...newer.items]),
      targetId: target?.id ?? null,
      ...(older.nextCursor && { nextCursor: older.nextCursor }),
      ...(newer.nextCursor && { newerCursor: newer.nextCursor }),
    };
  }

  async #findTarget(actor: Actor, dialog: Conversation, input: MessagesAroundInput): Promise<MessagePosition | null> {
    const { messages, readStates } = this.#deps;
    if (input.messageId !== undefined) {
      const message = await messages.findById(input.messageId);
      if (message?.dialogId !== dialog.id) throw notFound('message');
      return message;
    }
    if (input.at !== undefined) return messages.findPositionAt(dialog.id, new Date(input.at));
    return readStates.findFirstUnread(dialog.id, sideOf(actor, dialog));
  }
}
