import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { ReadStateRepository } from '#entities/support-chat/_repositories/read-state-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import type { SendResultDto } from '../../_api/dto/chat-dto.ts';
import type { SendMessageInput } from '../../_api/inputs.ts';
import { planAttachments } from '../../_domain/attachment-plan.ts';
import { outgoingText, requireContent } from '../../_domain/outgoing-text.ts';
import { requireOpenToSend } from './conversation-guard.ts';
import type { InlineStaging } from './inline-staging.ts';
import type { MessagePresenter } from './message-presenter.ts';
import type { MessageWriter, OutgoingMessage } from './message-writer.ts';

interface Dependencies {
  store: ChatStore;
  dialogs: ConversationRepository;
  messages: MessageRepository;
  readStates: ReadStateRepository;
  writer: MessageWriter;
  staging: InlineStaging;
  presenter: MessagePresenter;
  attachmentsPerMessage: number;
}

/** Sends a message once, however often and however simultaneously it is asked to under one `clientMessageId`. */
export class SendMessage {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws ChatError NOT_FOUND, BAD_REQUEST, CONFLICT, PAYLOAD_TOO_LARGE, and what staging inline files throws */
  async execute(actor: Actor, input: SendMessageInput): Promise<SendResultDto> {
    const { dialogs, messages, staging, attachmentsPerMessage } = this.#deps;
    const plan = planAttachments(input.attachments ?? [], attachmentsPerMessage);
    const text = outgoingText(input.text);
    requireContent(text, plan);
    const { id: dialogId } = requireOpenToSend(actor, await dialogs.findById(input.dialogId));
    const clientMessageId = input.clientMessageId ?? null;
    // Looked up here only to spare a repeated send its staging; the transaction looks again under the lock.
    const earlier = clientMessageId && (await messages.findIdByClientMessageId(dialogId, clientMessageId));
    if (earlier) return this.#result(dialogId, earlier);

    const staged = await staging.stage(actor, dialogId, plan);
    const { attachmentIds } = staged;
    try {
      const sent = await this.#write(actor, dialogId, { text, clientMessageId, attachmentIds });
      if (sent.isRepeat) await staging.discard(staged);
      return this.#result(dialogId, sent.messageId);
    } catch (error) {
      await staging.discard(staged);
      throw error;
    }
  }

  #write(actor: Actor, dialogId: string, outgoing: OutgoingMessage) {
    return this.#deps.store.transaction(async (repositories) => {
      const dialog = requireOpenToSend(actor, await repositories.dialogs.findByIdForSending(dialogId));
      const { clientMessageId } = outgoing;
      const earlier =
        clientMessageId && (await repositories.messages.findIdByClientMessageId(dialogId, clientMessageId));
      if (earlier) return { messageId: earlier, isRepeat: true };
      const written = await this.#deps.writer.write(repositories, actor, dialog, outgoing);
      await repositories.events.append(written.events);
      return { messageId: written.id, isRepeat: false };
    });
  }

  async #result(dialogId: string, messageId: string): Promise<SendResultDto> {
    const { dialogs, readStates, presenter } = this.#deps;
    const [message, dialog, unread] = await Promise.all([
      presenter.requireById(messageId),
      dialogs.findById(dialogId),
      readStates.countUnread(dialogId),
    ]);
    const updatedAt = dialog?.updatedAt.toISOString() ?? message.createdAt;
    return { message, dialog: { dialogId, updatedAt }, unread };
  }
}
