import { type Actor, mayOpenConversations } from '#entities/account/_domain/actor.ts';
import { mayStageInConversation } from '#entities/support-chat/_domain/conversation.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';

/** Into which dialog an upload goes. */
export class UploadTarget {
  readonly #dialogs: Pick<ConversationRepository, 'findById' | 'findOrCreateDraft'>;

  constructor(dialogs: Pick<ConversationRepository, 'findById' | 'findOrCreateDraft'>) {
    this.#dialogs = dialogs;
  }

  /**
   * The dialog named, or the caller's draft when none is.
   * @throws ChatError NOT_FOUND when it is missing or not theirs; BAD_REQUEST when staff name none.
   */
  async resolve(actor: Actor, dialogId: string | undefined): Promise<string> {
    if (dialogId === undefined || dialogId === '') return this.#draftOf(actor);
    const dialog = isPlausibleId(dialogId) ? await this.#dialogs.findById(dialogId) : null;
    if (dialog === null || !mayStageInConversation(actor, dialog)) throw new ChatError('NOT_FOUND', 'Not found.');
    return dialog.id;
  }

  async #draftOf(actor: Actor): Promise<string> {
    if (!mayOpenConversations(actor)) {
      throw new ChatError('BAD_REQUEST', 'Name the dialog: only customers begin one.');
    }
    return (await this.#dialogs.findOrCreateDraft(actor.userId)).id;
  }
}

/** PostgreSQL's text holds no NUL; it would answer with an error instead of "no such row". */
function isPlausibleId(id: string): boolean {
  return id.length <= 200 && !id.includes('\0');
}
