import type { Actor } from '#entities/account/_domain/actor.ts';
import type { MessagePosition } from '#entities/support-chat/_domain/message.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import type { MessagePageDto } from '../../_api/dto/chat-dto.ts';
import type { GetMessagesInput } from '../../_api/inputs.ts';
import { cutPage } from '../../_domain/cursor.ts';
import { cursorAfter, cursorBefore, decodeMessageCursor } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-guard.ts';
import type { MessagePresenter } from './message-presenter.ts';

/** The newest page first, ascending inside a page; from the middle of a conversation the other way as well. */
export class GetMessages {
  readonly #dialogs: ConversationRepository;
  readonly #messages: MessageRepository;
  readonly #presenter: MessagePresenter;

  constructor(dialogs: ConversationRepository, messages: MessageRepository, presenter: MessagePresenter) {
    this.#dialogs = dialogs;
    this.#messages = messages;
    this.#presenter = presenter;
  }

  /** @throws ChatError NOT_FOUND, BAD_REQUEST (cursor) */
  async execute(actor: Actor, { dialogId, cursor, limit }: GetMessagesInput): Promise<MessagePageDto> {
    const dialog = requireReadable(actor, await this.#dialogs.findById(dialogId));
    const from = cursor === undefined ? null : decodeMessageCursor(cursor);
    return from?.direction === 'newer'
      ? this.#listNewer(dialog.id, from, limit)
      : this.#listOlder(dialog.id, from, limit);
  }

  async #listOlder(dialogId: string, before: MessagePosition | null, limit: number): Promise<MessagePageDto> {
    const views = await this.#messages.listViews(dialogId, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(views, limit, cursorBefore);
    return { items: await this.#presenter.present(items.reverse()), ...next };
  }

  async #listNewer(dialogId: string, after: MessagePosition, limit: number): Promise<MessagePageDto> {
    const views = await this.#messages.listNewerViews(dialogId, { after, limit: limit + 1 });
    const { items, nextCursor: newerCursor } = cutPage(views, limit, cursorAfter);
    return { items: await this.#presenter.present(items), ...(newerCursor && { newerCursor }) };
  }
}
