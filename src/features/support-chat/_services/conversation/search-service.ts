import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { MessageWithFiles, ReadMode } from '#entities/support-chat/_domain/types.ts';
import type { FoundMessage } from '#entities/support-chat/_repositories/message-search-repository.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import { cutPage, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../_domain/cursor.ts';
import { cursorUpTo } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-access.ts';
import type { MessageReader } from './message-reader.ts';
import { placesOf } from './read-places.ts';

export interface SearchServiceParts {
  entities: Pick<SupportChatEntities, 'conversations' | 'messageSearch'>;
  reader: MessageReader;
  readMode: ReadMode;
}

export interface SearchHit extends FoundMessage {
  message: MessageWithFiles;
  /** Leads to the page of messages that ends with this one. */
  pageCursor: string;
}

/** Words and file names, in one conversation, or in all that the caller may read. */
export class SearchService {
  readonly #parts: SearchServiceParts;

  constructor(parts: SearchServiceParts) {
    this.#parts = parts;
  }

  /** @throws ChatError NOT_FOUND (conversation), BAD_REQUEST (cursor) */
  async findMessages(
    actor: Actor,
    { dialogId, query, cursor, limit }: PageRequest & { dialogId?: string | undefined; query: string },
  ): Promise<Page<SearchHit>> {
    const { entities, reader, readMode } = this.#parts;
    if (dialogId !== undefined) requireReadable(actor, await entities.conversations.findById(dialogId));
    const position = decodeCursor('found', cursor);
    const before = position && { createdAt: position.at, id: position.id };
    const ofUserId = mayManageSupportChats(actor) ? undefined : actor.userId;
    const search = { query, dialogId, ofUserId, places: placesOf(readMode) };
    const found = await entities.messageSearch.find(search, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(found, limit, ({ createdAt: at, id }) => encodeCursor('found', { at, id }));
    const messages = await reader.findByIds(items.map(({ id }) => id));
    return { items: items.flatMap((item) => toHit(item, messages.get(item.id))), ...next };
  }
}

/** Nothing for a message that was deleted between the two looks. */
function toHit(found: FoundMessage, message: MessageWithFiles | undefined): SearchHit[] {
  if (!message || message.deletedAt !== null) return [];
  return [{ ...found, message, pageCursor: cursorUpTo(found.createdAt) }];
}
