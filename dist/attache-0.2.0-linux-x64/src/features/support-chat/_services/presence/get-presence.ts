import type { Actor } from '#entities/account/_domain/actor.ts';
import { otherSide, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { ReadStateRepository } from '#entities/support-chat/_repositories/read-state-repository.ts';
import type { PresenceDto } from '../../_api/dto/chat-dto.ts';
import type { ConversationInput } from '../../_api/inputs.ts';
import { requireReadable } from '../conversation/conversation-guard.ts';
import type { Presence } from './presence.ts';

/** Whether the other side of a dialog has a page open. */
export class GetPresence {
  readonly #dialogs: ConversationRepository;
  readonly #readStates: ReadStateRepository;
  readonly #presence: Presence;

  constructor(dialogs: ConversationRepository, readStates: ReadStateRepository, presence: Presence) {
    this.#dialogs = dialogs;
    this.#readStates = readStates;
    this.#presence = presence;
  }

  /** @throws ChatError NOT_FOUND */
  async execute(actor: Actor, { dialogId }: ConversationInput): Promise<PresenceDto> {
    const dialog = requireReadable(actor, await this.#dialogs.findById(dialogId));
    const side = otherSide(sideOf(actor, dialog));
    const userId = side === 'USER' ? dialog.userId : null;
    const online = userId === null ? this.#presence.isSupportOnline() : this.#presence.isOnline(userId);
    if (online) return { side, userId, online, lastSeenAt: null };
    const went = this.#presence.lastSeenAt(userId === null ? 'support' : { userId });
    // What this process did not see: they were there at the latest when they read.
    const read = await this.#readStates.findReadAt(dialog.id, side);
    const lastSeenMs = Math.max(went?.getTime() ?? 0, read?.getTime() ?? 0);
    return { side, userId, online, lastSeenAt: lastSeenMs === 0 ? null : new Date(lastSeenMs).toISOString() };
  }
}
