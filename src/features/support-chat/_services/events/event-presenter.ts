import type { Side } from '#entities/support-chat/_domain/conversation.ts';
import type { SupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { PresenceChange } from '../presence/presence.ts';

/** Turns what happened into frames of the stream. The shapes are the API's, which hands its presenter to the hub. */
export interface EventPresenter {
  /** `reset`: the gap since `Last-Event-ID` cannot be filled. */
  connected(id: bigint, options?: { reset: boolean }): string;
  /** One frame per event, null where there is nothing to tell; made once for all listeners. */
  present(events: readonly SupportEvent[]): Promise<(string | null)[]>;
  typing(typing: { dialogId: string; senderType: Side; name: string }): string;
  presence(change: PresenceChange): string;
}
