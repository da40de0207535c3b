import type { Actor } from '#entities/account/_domain/actor.ts';
import { otherSide, type Side, sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import { requireOpenToSend, requireReadable } from '../conversation/conversation-access.ts';
import type { Presence } from './presence.ts';

/** Pages show "is typing" for a few seconds; announcing it more often is of no use. */
const TYPING_INTERVAL_MS = 1_000;
const MAX_REMEMBERED = 10_000;

/** Whether one side of a conversation has a page open; `userId` is null for support, which is one. */
export interface PresenceState {
  side: Side;
  userId: string | null;
  online: boolean;
  /** Null while online, or when nobody knows. */
  lastSeenAt: Date | null;
}

/** Who is there, and who is typing. Nothing of it is kept. */
export class PresenceService {
  readonly #entities: Pick<SupportChatEntities, 'conversations' | 'events' | 'readStates'>;
  readonly #presence: Presence;
  readonly #announcedAtMs = new Map<string, number>();

  constructor(entities: Pick<SupportChatEntities, 'conversations' | 'events' | 'readStates'>, presence: Presence) {
    this.#entities = entities;
    this.#presence = presence;
  }

  /** Of the other side. @throws ChatError NOT_FOUND */
  async find(actor: Actor, { dialogId }: { dialogId: string }): Promise<PresenceState> {
    const conversation = requireReadable(actor, await this.#entities.conversations.findById(dialogId));
    const side = otherSide(sideOf(actor, conversation));
    const userId = side === 'USER' ? conversation.userId : null;
    const online = userId === null ? this.#presence.isSupportOnline() : this.#presence.isOnline(userId);
    if (online) return { side, userId, online, lastSeenAt: null };
    const seen = this.#presence.lastSeenAt(userId === null ? 'support' : { userId });
    // What this process did not see: they were there at the latest when they read.
    const read = await this.#entities.readStates.findReadAt(conversation.id, side);
    const lastSeenMs = Math.max(seen?.getTime() ?? 0, read?.getTime() ?? 0);
    return { side, userId, online, lastSeenAt: lastSeenMs === 0 ? null : new Date(lastSeenMs) };
  }

  /** Lets the other side know that somebody is typing. @throws ChatError NOT_FOUND */
  async announceTyping(actor: Actor, { dialogId }: { dialogId: string }): Promise<void> {
    requireOpenToSend(actor, await this.#entities.conversations.findById(dialogId));
    if (!this.#isDue(`${actor.userId} ${dialogId}`)) return;
    await this.#entities.events.signal({ kind: 'typing', dialogId, userId: actor.userId });
  }

  #isDue(key: string): boolean {
    const now = Date.now();
    if (now - (this.#announcedAtMs.get(key) ?? 0) < TYPING_INTERVAL_MS) return false;
    if (this.#announcedAtMs.size >= MAX_REMEMBERED) this.#announcedAtMs.clear();
    this.#announcedAtMs.set(key, now);
    return true;
  }
}
