import type { Actor } from '#entities/account/_domain/actor.ts';
import { type Message, mayChangeMessage } from '#entities/support-chat/_domain/message.ts';
import type { ChatRepositories, ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { EditMessageInput } from '../../_api/inputs.ts';
import { outgoingText } from '../../_domain/outgoing-text.ts';
import { requireOpenToSend } from './conversation-guard.ts';
import type { MessagePresenter } from './message-presenter.ts';

/** Changes the words of one's own message; its files stay. */
export class EditMessage {
  readonly #store: ChatStore;
  readonly #presenter: MessagePresenter;

  constructor(store: ChatStore, presenter: MessagePresenter) {
    this.#store = store;
    this.#presenter = presenter;
  }

  /** @throws ChatError NOT_FOUND (missing, not one's own, deleted), BAD_REQUEST (no words) */
  async execute(actor: Actor, input: EditMessageInput): Promise<{ message: MessageDto }> {
    const text = outgoingText(input.text);
    if (text === null) throw new ChatError('BAD_REQUEST', 'text: must not be empty');
    await this.#store.transaction(async (repositories) => {
      const message = await requireOwnMessage(repositories, actor, input.messageId);
      const at = new Date();
      if (!(await repositories.messages.edit(message.id, { text, at }))) throw notFound('message');
      await repositories.events.append([messageUpdated(message, at)]);
    });
    return { message: await this.#presenter.requireById(input.messageId) };
  }
}

/** @throws ChatError NOT_FOUND when it is missing, another's, or in a dialog the actor may not see any more. */
export async function requireOwnMessage(
  { messages, dialogs }: ChatRepositories,
  actor: Actor,
  messageId: string,
): Promise<Message> {
  const message = await messages.findById(messageId);
  if (!message || !mayChangeMessage(actor, message)) throw notFound('message');
  requireOpenToSend(actor, await dialogs.findByIdForSending(message.dialogId));
  return message;
}

export function messageUpdated(message: Pick<Message, 'id' | 'dialogId'>, at: Date) {
  return { type: 'message.updated' as const, dialogId: message.dialogId, messageId: message.id, readerType: null, at };
}
