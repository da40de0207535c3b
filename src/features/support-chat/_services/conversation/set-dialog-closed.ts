import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { DialogRepository } from '#entities/support-chat/_repositories/dialog-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { DialogStateDto } from '../../_api/dto/chat-dto.ts';
import type { DialogInput } from '../../_api/inputs.ts';
import { requireOpenToSend } from './dialog-guard.ts';

/** Staff put a dialog aside; a message of its customer opens it again by itself. */
export class CloseDialog {
  readonly #dialogs: DialogRepository;

  constructor(dialogs: DialogRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError FORBIDDEN for customers, NOT_FOUND */
  execute(actor: Actor, { dialogId }: DialogInput): Promise<DialogStateDto> {
    return setClosedAt(this.#dialogs, actor, dialogId, new Date());
  }
}

/** Staff take a closed dialog up again. */
export class OpenDialog {
  readonly #dialogs: DialogRepository;

  constructor(dialogs: DialogRepository) {
    this.#dialogs = dialogs;
  }

  /** @throws ChatError FORBIDDEN for customers, NOT_FOUND */
  execute(actor: Actor, { dialogId }: DialogInput): Promise<DialogStateDto> {
    return setClosedAt(this.#dialogs, actor, dialogId, null);
  }
}

async function setClosedAt(
  dialogs: DialogRepository,
  actor: Actor,
  dialogId: string,
  closedAt: Date | null,
): Promise<DialogStateDto> {
  const dialog = requireOpenToSend(actor, await dialogs.findById(dialogId));
  if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support closes and opens dialogs.');
  const changed = await dialogs.setClosedAt(dialog.id, closedAt);
  return { dialogId: dialog.id, closedAt: changed.closedAt?.toISOString() ?? null };
}
