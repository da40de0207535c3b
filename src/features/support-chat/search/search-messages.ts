import { type Actor, mayManageSupportChats } from '#entities/account/actor.ts';
import type { DialogRepository } from '#entities/support-chat/dialog/dialog-repository.ts';
import type {
  FoundMessage,
  MessageSearchRepository,
} from '#entities/support-chat/message/message-search-repository.ts';
import { requireReadable } from '../dialog/dialog-guard.ts';
import type { FoundMessageDto, FoundMessagePageDto, MessageDto } from '../dto/chat-dto.ts';
import { placesOf } from '../files/list-attachments.ts';
import { cutPage, decodeCursor, encodeCursor } from '../list/cursor.ts';
import { cursorUpTo } from '../list/message-cursor.ts';
import type { AttachmentReadMode, MessagePresenter } from '../message/message-presenter.ts';
import type { SearchMessagesInput } from '../trpc/inputs.ts';

interface Dependencies {
  dialogs: DialogRepository;
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
