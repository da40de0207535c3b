import { type Actor, mayManageSupportChats, mayOpenConversations } from '#entities/account/_domain/actor.ts';
import { type Conversation, type Side, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { MessageWithFiles } from '#entities/support-chat/_domain/types.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import { type AttachmentInput, type PlannedAttachment, planAttachments } from '../_domain/attachment-schema.ts';
import { outgoingText, requireContent } from '../_domain/outgoing-text.ts';
import { deleteOwnMessage, editOwnMessage } from './conversation/change-message.ts';
import { requireOpenToSend, requireReadable } from './conversation/conversation-access.ts';
import {
  type BegunConversation,
  beginConversation,
  type ConversationOpening,
  DraftGoneError,
} from './conversation/create-conversation.ts';
import type { MessageReader } from './conversation/message-reader.ts';
import { withStagedFiles } from './conversation/staged-files.ts';
import { type OutgoingMessage, type WriteGates, writeMessage } from './conversation/write-message.ts';
import type { AttachmentStager } from './upload/attachment-stager.ts';

export interface SupportChatServiceParts {
  entities: Pick<SupportChatEntities, 'store' | 'conversations' | 'messages' | 'readStates'>;
  reader: MessageReader;
  stager: AttachmentStager;
  settings: WriteGates & { attachmentsPerMessage: number };
}

interface Content {
  attachments?: AttachmentInput[] | undefined;
  /** Sending again under the same id returns the first message. */
  clientMessageId?: string | undefined;
}

export interface SentMessage {
  message: MessageWithFiles;
  /** Of the conversation. */
  updatedAt: Date;
  unread: { user: number; staff: number };
}

export interface ReadMarkState {
  dialogId: string;
  side: Side;
  readAt: Date;
  unreadCount: number;
}

const MAX_ATTEMPTS = 3;

/**
 * Writing to a conversation. Attachments live through it: staged (UPLOADED) when their bytes are stored, LINKED in the
 * transaction that writes their message, DELETING with it.
 */
export class SupportChatService {
  readonly #parts: SupportChatServiceParts;

  constructor(parts: SupportChatServiceParts) {
    this.#parts = parts;
  }

  /**
   * Begins a conversation. Files need one to be staged in before there is one: that is the customer's draft, which
   * becomes the new conversation; without files a new one is made.
   * @throws ChatError FORBIDDEN, BAD_REQUEST, CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, and what staging throws
   */
  async createConversation(
    actor: Actor,
    request: Content & { topic?: string | undefined; initialMessage?: string | undefined },
  ): Promise<BegunConversation> {
    if (!mayOpenConversations(actor)) throw new ChatError('FORBIDDEN', 'Only customers begin conversations.');
    const { plan, ...content } = this.#check(request.initialMessage, request);
    const opening = { topic: request.topic || null, ...content };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#begin(actor, opening, plan);
      } catch (error) {
        if (!(error instanceof DraftGoneError)) throw error;
        // Inline files can be staged anew in the next draft; files staged before have moved with theirs.
        if (attempt === MAX_ATTEMPTS || plan.some((item) => 'attachmentId' in item)) throw notFound('attachment');
      }
    }
  }

  /**
   * Sends a message once, however often and however simultaneously it is asked to under one `clientMessageId`.
   * @throws ChatError NOT_FOUND, BAD_REQUEST, CONFLICT, PAYLOAD_TOO_LARGE, and what staging inline files throws
   */
  async sendMessage(
    actor: Actor,
    request: Content & { dialogId: string; text?: string | undefined },
  ): Promise<SentMessage> {
    const { conversations, messages } = this.#parts.entities;
    const { plan, ...content } = this.#check(request.text, request);
    const { id: dialogId } = requireOpenToSend(actor, await conversations.findById(request.dialogId));
    const { clientMessageId } = content;
    // Looked up here only to spare a repeated send its staging; the transaction looks again under the lock.
    const earlier = clientMessageId && (await messages.findIdByClientMessageId(dialogId, clientMessageId));
    if (earlier) return this.#sent(dialogId, earlier);
    const { messageId } = await withStagedFiles(this.#parts.stager, { actor, dialogId }, plan, (attachmentIds) =>
      this.#write(actor, dialogId, { ...content, attachmentIds }),
    );
    return this.#sent(dialogId, messageId);
  }

  /**
   * Changes the words of one's own message; its files stay.
   * @throws ChatError NOT_FOUND (missing, not one's own, deleted), BAD_REQUEST (no words)
   */
  async editMessage(actor: Actor, request: { messageId: string; text: string }): Promise<MessageWithFiles> {
    const text = outgoingText(request.text);
    if (text === null) throw new ChatError('BAD_REQUEST', 'text: must not be empty');
    const { messageId } = request;
    await this.#parts.entities.store.transaction((repositories) =>
      editOwnMessage(repositories, actor, { messageId, text }),
    );
    return this.#parts.reader.requireById(messageId);
  }

  /**
   * Takes one's own message back: its words are erased, its files are out of reach at once and freed by the cleanup.
   * Deleting twice is deleting once.
   * @throws ChatError NOT_FOUND (missing, not one's own)
   */
  async deleteMessage(actor: Actor, { messageId }: { messageId: string }): Promise<MessageWithFiles> {
    const { entities, settings, reader } = this.#parts;
    await entities.store.transaction((repositories) => deleteOwnMessage(repositories, settings, actor, messageId));
    return reader.requireById(messageId);
  }

  /**
   * Moves the read mark of the caller's side; an older message than the marked one changes nothing.
   * @throws ChatError NOT_FOUND also for a message of another conversation
   */
  markRead(actor: Actor, request: { dialogId: string; lastReadMessageId: string }): Promise<ReadMarkState> {
    return this.#parts.entities.store.transaction(async ({ conversations, messages, readStates, events }) => {
      const conversation = requireReadable(actor, await conversations.findById(request.dialogId));
      const message = await messages.findById(request.lastReadMessageId);
      if (message?.dialogId !== conversation.id) throw notFound('message');
      const side = sideOf(actor, conversation);
      const at = new Date();
      const subject = { dialogId: conversation.id, messageId: message.id, at };
      const moved = await readStates.advance({ ...subject, side, userId: actor.userId });
      const readAt = moved ? at : ((await readStates.findReadAt(conversation.id, side)) ?? at);
      const unread = await readStates.countUnread(conversation.id);
      if (moved) await events.append([{ type: 'read.updated', readerType: side, ...subject }]);
      return { dialogId: conversation.id, side, readAt, unreadCount: side === 'USER' ? unread.user : unread.staff };
    });
  }

  /**
   * Staff close a conversation or open it again; a message of its customer opens it by itself.
   * @throws ChatError FORBIDDEN for customers, NOT_FOUND
   */
  async setClosed(actor: Actor, { dialogId }: { dialogId: string }, isClosed: boolean): Promise<Conversation> {
    const { conversations } = this.#parts.entities;
    const { id } = requireOpenToSend(actor, await conversations.findById(dialogId));
    if (!mayManageSupportChats(actor)) {
      throw new ChatError('FORBIDDEN', 'Only support closes and opens conversations.');
    }
    return conversations.setClosedAt(id, isClosed ? new Date() : null);
  }

  #check(words: string | undefined, { attachments = [], clientMessageId }: Content) {
    const plan = planAttachments(attachments, this.#parts.settings.attachmentsPerMessage);
    const text = outgoingText(words);
    requireContent(text, plan);
    return { plan, text, clientMessageId: clientMessageId ?? null };
  }

  async #begin(
    actor: Actor,
    opening: ConversationOpening,
    plan: readonly PlannedAttachment[],
  ): Promise<BegunConversation> {
    const { entities, settings, stager } = this.#parts;
    const { clientMessageId } = opening;
    const earlier = clientMessageId && (await entities.conversations.findBegunWith(actor.userId, clientMessageId));
    if (earlier) return earlier;
    const begin = (draft: Conversation | null, attachmentIds: string[]) =>
      entities.store.transaction((repositories) =>
        beginConversation(repositories, settings, { actor, draft, opening, attachmentIds }),
      );
    if (plan.length === 0) return begin(null, []);
    const draft = await entities.conversations.findOrCreateDraft(actor.userId);
    return withStagedFiles(stager, { actor, dialogId: draft.id }, plan, (attachmentIds) => begin(draft, attachmentIds));
  }

  #write(actor: Actor, dialogId: string, outgoing: OutgoingMessage) {
    const { entities, settings } = this.#parts;
    return entities.store.transaction(async (repositories) => {
      const { conversations, messages, events } = repositories;
      const conversation = requireOpenToSend(actor, await conversations.findByIdForSending(dialogId));
      const { clientMessageId } = outgoing;
      const earlier = clientMessageId && (await messages.findIdByClientMessageId(dialogId, clientMessageId));
      if (earlier) return { messageId: earlier, isRepeat: true };
      const written = await writeMessage(repositories, settings, { actor, conversation, outgoing });
      await events.append(written.events);
      return { messageId: written.id, isRepeat: false };
    });
  }

  async #sent(dialogId: string, messageId: string): Promise<SentMessage> {
    const { entities, reader } = this.#parts;
    const [message, conversation, unread] = await Promise.all([
      reader.requireById(messageId),
      entities.conversations.findById(dialogId),
      entities.readStates.countUnread(dialogId),
    ]);
    return { message, updatedAt: conversation?.updatedAt ?? message.createdAt, unread };
  }
}
