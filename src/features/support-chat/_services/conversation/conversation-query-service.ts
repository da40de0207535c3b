import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import { type Conversation, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { MessagePosition } from '#entities/support-chat/_domain/message.ts';
import type { MessageFiles, MessageWithFiles, ReadMode } from '#entities/support-chat/_domain/types.ts';
import type {
  ConversationLine,
  ConversationPosition,
  InboxFilter,
  InboxLine,
  WaitingPosition,
} from '#entities/support-chat/_repositories/inbox-repository.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import { hasVisibleText } from '#shared/text/visible-text.ts';
import { cutPage, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../_domain/cursor.ts';
import { cursorAfter, cursorBefore, cursorUpTo, decodeMessageCursor } from '../../_domain/message-cursor.ts';
import { requireReadable } from './conversation-access.ts';
import type { MessageReader } from './message-reader.ts';
import { placesOf } from './read-places.ts';

export interface ConversationQueryParts {
  entities: Pick<SupportChatEntities, 'conversations' | 'inbox' | 'messages' | 'readStates'>;
  reader: MessageReader;
  readMode: ReadMode;
}

/** A line of a list, with the names of the files of a last message that has no words. */
export type Listed<Line extends ConversationLine> = Line & { lastFileNames: string[] };

export interface MessagePage extends Page<MessageWithFiles> {
  /** Of a page from the middle: leads to what was written after it. Missing where the conversation ends. */
  newerCursor?: string;
}

export type StaffListRequest = PageRequest & Omit<InboxFilter, 'searchedNames'> & { sort: 'recent' | 'waiting' };

/** Around one of: a message, the first one of a moment or later, the first that the caller's side has not read. */
export interface AroundRequest {
  dialogId: string;
  messageId?: string | undefined;
  at?: string | undefined;
  limit: number;
}

/** Reading conversations: the two lists, and the messages of one. */
export class ConversationQueryService {
  readonly #parts: ConversationQueryParts;

  constructor(parts: ConversationQueryParts) {
    this.#parts = parts;
  }

  /** The caller's own conversations, the last active first. @throws ChatError BAD_REQUEST (cursor) */
  async listForUser(actor: Actor, { cursor, limit }: PageRequest): Promise<Page<Listed<ConversationLine>>> {
    const before = activityPosition(cursor);
    const lines = await this.#parts.entities.inbox.listOfUser(actor.userId, { before, limit: limit + 1 });
    return this.#listed(cutPage(lines, limit, activityCursor));
  }

  /**
   * Everybody's conversations, the last active or the longest waiting first; filter and search come before the page is cut.
   * @throws ChatError FORBIDDEN for customers, BAD_REQUEST (cursor)
   */
  async listForStaff(actor: Actor, request: StaffListRequest): Promise<Page<Listed<InboxLine>>> {
    if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support may see all conversations.');
    const { cursor, limit, sort, ...given } = request;
    const { inbox } = this.#parts.entities;
    const filter = { ...given, searchedNames: placesOf(this.#parts.readMode) };
    if (sort === 'waiting') {
      const lines = await inbox.listByWaiting(filter, { before: waitingPosition(cursor), limit: limit + 1 });
      return this.#listed(cutPage(lines, limit, waitingCursor));
    }
    const lines = await inbox.listForStaff(filter, { before: activityPosition(cursor), limit: limit + 1 });
    return this.#listed(cutPage(lines, limit, activityCursor));
  }

  /**
   * The newest page first, ascending inside a page; from the middle of a conversation the other way as well.
   * @throws ChatError NOT_FOUND, BAD_REQUEST (cursor)
   */
  async listMessages(
    actor: Actor,
    { dialogId, cursor, limit }: PageRequest & { dialogId: string },
  ): Promise<MessagePage> {
    const { id } = await this.#requireReadable(actor, dialogId);
    const { messages } = this.#parts.entities;
    const from = cursor === undefined ? null : decodeMessageCursor(cursor);
    if (from?.direction === 'newer') {
      const newer = cutPage(await messages.listNewerViews(id, { after: from, limit: limit + 1 }), limit, cursorAfter);
      return this.#page(newer.items, { newerCursor: newer.nextCursor });
    }
    const older = cutPage(await messages.listViews(id, { before: from, limit: limit + 1 }), limit, cursorBefore);
    return this.#page(older.items.reverse(), { nextCursor: older.nextCursor });
  }

  /**
   * The way into the middle of a long conversation: the messages on both sides of one. The cursors lead on in both
   * directions, by `listMessages`. `targetId` is null where there is none (nothing is unread): then it is the newest page.
   * @throws ChatError NOT_FOUND also for a message of another conversation
   */
  async listMessagesAround(actor: Actor, request: AroundRequest): Promise<MessagePage & { targetId: string | null }> {
    const { messages } = this.#parts.entities;
    const conversation = await this.#requireReadable(actor, request.dialogId);
    const target = await this.#findTarget(actor, conversation, request);
    const newerLimit = target ? Math.ceil(request.limit / 2) : 0;
    const olderLimit = request.limit - newerLimit;
    const [before, from] = await Promise.all([
      messages.listViews(conversation.id, { before: target, limit: olderLimit + 1 }),
      target ? messages.listViewsFrom(conversation.id, { from: target, limit: newerLimit + 1 }) : [],
    ]);
    const older = cutPage(before, olderLimit, cursorBefore);
    const newer = cutPage(from, newerLimit, cursorAfter);
    const items = [...older.items.reverse(), ...newer.items];
    const page = await this.#page(items, { nextCursor: older.nextCursor, newerCursor: newer.nextCursor });
    return { ...page, targetId: target?.id ?? null };
  }

  /** For "jump to a date": where the page of messages up to a moment begins. @throws ChatError NOT_FOUND */
  async cursorUpTo(actor: Actor, { dialogId, at }: { dialogId: string; at: string }): Promise<string> {
    await this.#requireReadable(actor, dialogId);
    return cursorUpTo(new Date(at));
  }

  async #requireReadable(actor: Actor, dialogId: string): Promise<Conversation> {
    return requireReadable(actor, await this.#parts.entities.conversations.findById(dialogId));
  }

  async #findTarget(
    actor: Actor,
    conversation: Conversation,
    { messageId, at }: AroundRequest,
  ): Promise<MessagePosition | null> {
    const { messages, readStates } = this.#parts.entities;
    if (messageId !== undefined) {
      const message = await messages.findById(messageId);
      if (message?.dialogId !== conversation.id) throw notFound('message');
      return message;
    }
    if (at !== undefined) return messages.findPositionAt(conversation.id, new Date(at));
    return readStates.findFirstUnread(conversation.id, sideOf(actor, conversation));
  }

  async #page(
    views: Parameters<MessageReader['addFiles']>[0],
    { nextCursor, newerCursor }: { nextCursor?: string | undefined; newerCursor?: string | undefined },
  ): Promise<MessagePage> {
    const items = await this.#parts.reader.addFiles(views);
    return { items, ...(nextCursor && { nextCursor }), ...(newerCursor && { newerCursor }) };
  }

  async #listed<Line extends ConversationLine>({ items, ...next }: Page<Line>): Promise<Page<Listed<Line>>> {
    const wordless = items.flatMap(({ lastMessageId, lastText, lastLegacyAttachments }) =>
      lastMessageId !== null && !hasVisibleText(lastText ?? '')
        ? [{ id: lastMessageId, attachments: lastLegacyAttachments }]
        : [],
    );
    const files = await this.#parts.reader.findFiles(wordless);
    const namesOf = (id: string | null) => fileNames(id === null ? undefined : files.get(id));
    return { items: items.map((line) => ({ ...line, lastFileNames: namesOf(line.lastMessageId) })), ...next };
  }
}

function fileNames(files: MessageFiles | undefined): string[] {
  return files ? [...files.rows.map(({ originalName }) => originalName), ...files.legacy.map(({ name }) => name)] : [];
}

function activityPosition(cursor: string | undefined): ConversationPosition | null {
  const position = decodeCursor('dialogs', cursor);
  return position && { activityAt: position.at, id: position.id };
}

function activityCursor({ activityAt: at, id }: ConversationLine): string {
  return encodeCursor('dialogs', { at, id });
}

function waitingPosition(cursor: string | undefined): WaitingPosition | null {
  const position = decodeCursor('waiting', cursor);
  return position && { isWaiting: position.id.startsWith('w'), at: position.at, id: position.id.slice(1) };
}

/** The first letter says which of the two times it is. */
function waitingCursor({ waitingSince, activityAt, id }: InboxLine): string {
  const at = waitingSince ?? activityAt;
  return encodeCursor('waiting', { at, id: `${waitingSince === null ? 'r' : 'w'}${id}` });
}
