import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import type { ConversationInput } from '../../_api/inputs.ts';
import { requireOpenToSend } from '../conversation/conversation-guard.ts';

/** Pages show "is typing" for a few seconds; more often is of no use to anybody. */
const QUIET_MS = 1_000;
const MAX_REMEMBERED = 10_000;

/** Lets the other side know that somebody is writing. Nothing of it is kept. */
export class AnnounceTyping {
  readonly #dialogs: ConversationRepository;
  readonly #signals: SupportEventRepository;
  readonly #announcedAt = new Map<string, number>();

  constructor(dialogs: ConversationRepository, signals: SupportEventRepository) {
    this.#dialogs = dialogs;
    this.#signals = signals;
  }

  /** @throws ChatError NOT_FOUND */
  async execute(actor: Actor, { dialogId }: ConversationInput): Promise<{ ok: true }> {
    requireOpenToSend(actor, await this.#dialogs.findById(dialogId));
    if (this.#isDue(`${actor.userId} ${dialogId}`)) {
      await this.#signals.signal({ kind: 'typing', dialogId, userId: actor.userId });
    }
    return { ok: true };
  }

  #isDue(key: string): boolean {
    const now = Date.now();
    if (now - (this.#announcedAt.get(key) ?? 0) < QUIET_MS) return false;
    if (this.#announcedAt.size >= MAX_REMEMBERED) this.#announcedAt.clear();
    this.#announcedAt.set(key, now);
    return true;
  }
}
