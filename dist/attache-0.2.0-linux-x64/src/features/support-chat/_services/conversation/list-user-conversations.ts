import type { Actor } from '#entities/account/_domain/actor.ts';
import type { InboxRepository } from '#entities/support-chat/_repositories/inbox-repository.ts';
import type { UserConversationPageDto } from '../../_api/dto/chat-dto.ts';
import { presentUserConversation } from '../../_api/dto/present-conversation.ts';
import type { ListUserDialogsInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';
import { filesOfLastMessages } from './last-message-files.ts';
import type { MessagePresenter } from './message-presenter.ts';

/** The caller's own dialogs, the last active first. */
export class ListUserConversations {
  readonly #inbox: InboxRepository;
  readonly #presenter: MessagePresenter;

  constructor(inbox: InboxRepository, presenter: MessagePresenter) {
    this.#inbox = inbox;
    this.#presenter = presenter;
  }

  async execute(actor: Actor, { cursor, limit }: ListUserDialogsInput): Promise<UserConversationPageDto> {
    const position = decodeCursor('dialogs', cursor);
    const before = position && { activityAt: position.at, id: position.id };
    const lines = await this.#inbox.listOfUser(actor.userId, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(lines, limit, (line) =>
      encodeCursor('dialogs', { at: line.activityAt, id: line.id }),
    );
    const files = await filesOfLastMessages(this.#presenter, items);
    return { items: items.map((line) => presentUserConversation(line, files.get(line.id) ?? [])), ...next };
  }
}
