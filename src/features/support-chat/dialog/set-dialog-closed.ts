import { type Actor, mayManageSupportChats } from '#entities/account/actor.ts';
import type { DialogRepository } from '#entities/support-chat/dialog/dialog-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { DialogStateDto } from '../dto/chat-dto.ts';
import type { DialogInput } from '../trpc/inputs.ts';
import { requireOpenToSend } from './dialog-guard.ts';

/** Staff put a dialog aside, or take it up again; a message of the customer opens it by itself. */
export class SetDialogClosed {
  readonly #dialogs: DialogRepository;
  readonly #closed: boolean;

  constructor(dialogs: DialogRepository, closed: boolean) {
    this.#dialogs = dialogs;
    this.#closed = closed;
  }

  /** @throws ChatError FORBIDDEN for customers, NOT_FOUND */
  async execute(actor: Actor, input: DialogInput): Promise<DialogStateDto> {
    const dialog = requireOpenToSend(actor, await this.#dialogs.findById(input.dialogId));
    if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support closes dialogs.');
    const { closedAt } = await this.#dialogs.setClosedAt(dialog.id, this.#closed ? new Date() : null);
    return { dialogId: dialog.id, closedAt: closedAt?.toISOString() ?? null };
  }
}
