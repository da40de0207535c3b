import type { Actor } from '#entities/account/actor.ts';
import { type Dialog, sideOf } from '#entities/support-chat/dialog/dialog.ts';
import type { DialogRepository } from '#entities/support-chat/dialog/dialog-repository.ts';
import type { MessagePosition } from '#entities/support-chat/message/message.ts';
import type { MessageRepository } from '#entities/support-chat/message/message-repository.ts';
import type { ReadStateRepository } from '#entities/support-chat/read-state/read-state-repository.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import { requireReadable } from '../dialog/dialog-guard.ts';
import type { MessagesAroundDto } from '../dto/chat-dto.ts';
import type { MessagePresenter } from '../message/message-presenter.ts';
import type { MessagesAroundInput } from '../trpc/inputs.ts';
import { cutPage } from './cursor.ts';
import { cursorAfter, cursorBefore } from './message-cursor.ts';

interface Dependencies {
  dialogs: DialogRepository;
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

  async #findTarget(actor: Actor, dialog: Dialog, input: MessagesAroundInput): Promise<MessagePosition | null> {
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
