import { type Actor, mayOpenConversations } from '#entities/account/_domain/actor.ts';
import type { Conversation } from '#entities/support-chat/_domain/conversation.ts';
import type { ChatRepositories, ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { CreateConversationResultDto } from '../../_api/dto/chat-dto.ts';
import type { CreateDialogInput } from '../../_api/inputs.ts';
import { type PlannedAttachment, planAttachments } from '../../_domain/attachment-plan.ts';
import { outgoingText, requireContent } from '../../_domain/outgoing-text.ts';
import type { InlineStaging } from './inline-staging.ts';
import type { MessageWriter, OutgoingMessage } from './message-writer.ts';

interface Dependencies {
  store: ChatStore;
  dialogs: ConversationRepository;
  writer: MessageWriter;
  staging: InlineStaging;
  attachmentsPerMessage: number;
}

interface Opening {
  topic: string | null;
  text: string | null;
  plan: readonly PlannedAttachment[];
  clientMessageId: string | null;
}

/** The draft was published by another call of the same customer between our look and our lock. */
class DraftGoneError extends Error {}

const MAX_ATTEMPTS = 3;

/**
 * Begins a conversation. Files need a dialog to be staged in before there is one: that is the customer's draft, which
 * becomes the new dialog; without files a new one is made.
 */
export class CreateConversation {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws ChatError FORBIDDEN, BAD_REQUEST, CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, and what staging throws */
  async execute(actor: Actor, input: CreateDialogInput): Promise<CreateConversationResultDto> {
    if (!mayOpenConversations(actor)) throw new ChatError('FORBIDDEN', 'Only customers begin conversations.');
    const plan = planAttachments(input.attachments ?? [], this.#deps.attachmentsPerMessage);
    const text = outgoingText(input.initialMessage);
    requireContent(text, plan);
    const opening = { topic: input.topic || null, text, plan, clientMessageId: input.clientMessageId ?? null };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#open(actor, opening);
      } catch (error) {
        if (!(error instanceof DraftGoneError)) throw error;
        // Files sent inside the call can be staged anew in the next draft; files staged before have moved with theirs.
        if (attempt === MAX_ATTEMPTS || plan.some((item) => 'attachmentId' in item)) throw notFound('attachment');
      }
    }
  }

  async #open(actor: Actor, { topic, text, plan, clientMessageId }: Opening): Promise<CreateConversationResultDto> {
    const { dialogs, staging } = this.#deps;
    const earlier = clientMessageId && (await dialogs.findBegunWith(actor.userId, clientMessageId));
    if (earlier) return present(earlier);

    const draft = plan.length > 0 ? await dialogs.findOrCreateDraft(actor.userId) : null;
    const staged = draft ? await staging.stage(actor, draft.id, plan) : { attachmentIds: [], stagedHere: [] };
    const { attachmentIds } = staged;
    try {
      const begun = await this.#write(actor, { topic, draft }, { text, clientMessageId, attachmentIds });
      if (begun.isRepeat) await staging.discard(staged);
      return present(begun);
    } catch (error) {
      await staging.discard(staged);
      throw error;
    }
  }

  #write(actor: Actor, target: { topic: string | null; draft: Conversation | null }, outgoing: OutgoingMessage) {
    return this.#deps.store.transaction(async (repositories) => {
      const { dialogs, events } = repositories;
      const { clientMessageId } = outgoing;
      if (clientMessageId) {
        await dialogs.lockCreation(actor.userId);
        const earlier = await dialogs.findBegunWith(actor.userId, clientMessageId);
        if (earlier) return { ...earlier, isRepeat: true };
      }
      const dialog = await beginConversation(repositories, actor.userId, target);
      const written = await this.#deps.writer.write(repositories, actor, dialog, outgoing);
      const created = { dialogId: dialog.id, messageId: null, readerType: null, at: written.at };
      await events.append([{ type: 'dialog.created', ...created }, ...written.events]);
      return { dialogId: dialog.id, createdAt: dialog.createdAt, firstMessageId: written.id, isRepeat: false };
    });
  }
}

async function beginConversation(
  { dialogs }: ChatRepositories,
  userId: string,
  { topic, draft }: { topic: string | null; draft: Conversation | null },
): Promise<Conversation> {
  const at = new Date();
  if (draft === null) return dialogs.createPublished({ userId, topic, at });
  if (!(await dialogs.publishDraft(draft.id, { userId, topic, at }))) throw new DraftGoneError();
  return { ...draft, topic, draftOwnerId: null, createdAt: at, updatedAt: at };
}

function present(begun: { dialogId: string; createdAt: Date; firstMessageId: string }): CreateConversationResultDto {
  const { dialogId, createdAt, firstMessageId } = begun;
  return { dialogId, createdAt: createdAt.toISOString(), firstMessageId };
}
