import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type {
  FoundMessage,
  MessageSearchRepository,
} from '#entities/support-chat/_repositories/message-search-repository.ts';
import type { FoundMessageDto, FoundMessagePageDto, MessageDto } from '../../_api/dto/chat-dto.ts';
import type { SearchMessagesInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';
import { cursorUpTo } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-guard.ts';
import { placesOf } from './list-attachments.ts';
import type { AttachmentReadMode, MessagePresenter } from './message-presenter.ts';

interface Dependencies {
  dialogs: ConversationRepository;
  search: MessageSearchRepository;
  presenter: MessagePresenter;
  readMode: AttachmentReadMode;
}

/** Words and file names, in one conversation, or in all that the caller may read. */
export class SearchMessages {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws ChatError NOT_FOUND (dialog), BAD_REQUEST (cursor) */
  async execute(actor: Actor, { dialogId, query, cursor, limit }: SearchMessagesInput): Promise<FoundMessagePageDto> {
    const { dialogs, search, presenter, readMode } = this.#deps;
    if (dialogId !== undefined) requireReadable(actor, await dialogs.findById(dialogId));
    const position = decodeCursor('found', cursor);
    const before = position && { createdAt: position.at, id: position.id };
    const ofUserId = mayManageSupportChats(actor) ? undefined : actor.userId;
    const places = placesOf(readMode);
    const found = await search.find({ query, dialogId, ofUserId, places }, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(found, limit, ({ createdAt, id }) =>
      encodeCursor('found', { at: createdAt, id }),
    );
    const messages = await presenter.presentByIds(items.map(({ id }) => id));
    return { items: items.flatMap((item) => present(item, messages.get(item.id))), ...next };
  }
}

function present(found: FoundMessage, message: MessageDto | undefined): FoundMessageDto[] {
  if (!message || message.deletedAt !== null) return [];
  const { topic, customerId, customerName, createdAt } = found;
  return [{ message, topic, customer: { id: customerId, name: customerName }, pageCursor: cursorUpTo(createdAt) }];
}
