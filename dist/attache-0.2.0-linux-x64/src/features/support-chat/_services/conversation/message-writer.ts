import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatAttachment, LinkRequest } from '#entities/support-chat/_domain/attachment.ts';
import { type Conversation, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import { toLegacyAttachment } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { nextMessageTime } from '#entities/support-chat/_domain/message.ts';
import type { NewSupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { ChatRepositories } from '#entities/support-chat/_repositories/chat-store.ts';

/** CONTRACT.md 2: which of the two records of a message's files are written. At least one is: the settings see to it. */
export interface WriteGates {
  tableWrite: boolean;
  legacyWrite: boolean;
}

export interface OutgoingMessage {
  text: string | null;
  attachmentIds: readonly string[];
  clientMessageId: string | null;
}

export interface WrittenMessage {
  id: string;
  at: Date;
  unread: { user: number; staff: number };
  /** For the caller to append at the very end of the transaction. */
  events: NewSupportEvent[];
}

/** Writes one message and all that goes with it, in the caller's transaction, which holds the lock of the dialog. */
export class MessageWriter {
  readonly #gates: WriteGates;

  constructor(gates: WriteGates) {
    this.#gates = gates;
  }

  /** @throws ChatError CONFLICT or NOT_FOUND when an attachment can not be linked: let it pass, all is undone. */
  async write(
    repositories: ChatRepositories,
    actor: Actor,
    dialog: Conversation,
    outgoing: OutgoingMessage,
  ): Promise<WrittenMessage> {
    const { dialogs, messages, readStates } = repositories;
    const side = sideOf(actor, dialog);
    const at = nextMessageTime(new Date(), dialog.lastMessageAt);
    const { text, clientMessageId, attachmentIds } = outgoing;
    const sender = { senderType: side, senderId: actor.userId };
    const { id } = await messages.create({ dialogId: dialog.id, clientMessageId, text, createdAt: at, ...sender });
    if (attachmentIds.length > 0) {
      await this.#attach(repositories, id, { attachmentIds, dialogId: dialog.id, createdByUserId: actor.userId });
    }
    await dialogs.noteMessage(dialog.id, { at, reopen: side === 'USER' });

    // Counted before the mark moves: what was unread until now is read by answering.
    const unread = await readStates.countUnread(dialog.id);
    await readStates.advance({ dialogId: dialog.id, side, userId: actor.userId, messageId: id, at });
    const subject = { dialogId: dialog.id, messageId: id, at };
    const events: NewSupportEvent[] = [{ type: 'message.created', readerType: null, ...subject }];
    const wasUnread = side === 'USER' ? unread.user : unread.staff;
    if (wasUnread > 0) events.push({ type: 'read.updated', readerType: side, ...subject });
    return { id, at, events, unread: side === 'USER' ? { ...unread, user: 0 } : { ...unread, staff: 0 } };
  }

  async #attach({ attachments, messages }: ChatRepositories, messageId: string, request: LinkRequest): Promise<void> {
    const files = this.#gates.tableWrite
      ? await attachments.linkToMessage(messageId, request)
      : await attachments.takeForLegacyMessage(request);
    if (this.#gates.legacyWrite) await messages.setLegacyAttachments(messageId, files.map(toLegacyAttachment));
    if (this.#gates.tableWrite) await attachments.queueRenditions(files.filter(awaitsRenditions).map(({ id }) => id));
  }
}

function awaitsRenditions(file: ChatAttachment): boolean {
  return file.previewState === 'pending';
}
