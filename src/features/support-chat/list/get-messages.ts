import type { Actor } from '#entities/account/actor.ts';
import type { DialogRepository } from '#entities/support-chat/dialog/dialog-repository.ts';
import type { MessageRepository } from '#entities/support-chat/message/message-repository.ts';
import { requireReadable } from '../dialog/dialog-guard.ts';
import type { MessagePageDto } from '../dto/chat-dto.ts';
import type { MessagePresenter } from '../message/message-presenter.ts';
import type { GetMessagesInput } from '../trpc/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from './cursor.ts';

/** The newest page first, ascending inside a page. */
export class GetMessages {
  readonly #dialogs: DialogRepository;
  readonly #messages: MessageRepository;
  readonly #presenter: MessagePresenter;

  constructor(dialogs: DialogRepository, messages: MessageRepository, presenter: MessagePresenter) {
    this.#dialogs = dialogs;
    this.#messages = messages;
    this.#presenter = presenter;
  }

  /** @throws ChatError NOT_FOUND, BAD_REQUEST (cursor) */
  async execute(actor: Actor, input: GetMessagesInput): Promise<MessagePageDto> {
    const dialog = requireReadable(actor, await this.#dialogs.findById(input.dialogId));
    const position = decodeCursor('messages', input.cursor);
    const before = position && { createdAt: position.at, id: position.id };
    const views = await this.#messages.listViews(dialog.id, { before, limit: input.limit + 1 });
    const { items, ...next } = cutPage(views, input.limit, (oldest) =>
      encodeCursor('messages', { at: oldest.createdAt, id: oldest.id }),
    );
    return { items: await this.#presenter.present(items.reverse()), ...next };
  }
}
