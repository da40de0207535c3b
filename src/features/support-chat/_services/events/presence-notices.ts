import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import type { EventPresenter } from './event-presenter.ts';
import type { EventStreams } from './event-streams.ts';
import type { NotifyBus } from './notify-bus.ts';

export interface PresenceNoticesParts {
  bus: NotifyBus;
  streams: EventStreams;
  presence: Presence;
  presenter: EventPresenter;
  repeatSeconds: number;
}

const TELL_EVERY_MS = 1_000;

/** Keeps `presence` up to date with the open streams of all processes, and tells each side when the other comes or goes. */
export function sendPresenceNotices({ bus, streams, presence, presenter, repeatSeconds }: PresenceNoticesParts): void {
  bus.onSignal('presence', (signal) => presence.receive(signal));
  bus.onSignal('absence', (signal) => presence.receive(signal));
  streams.onJoin((actor) => {
    const side = presenceSideOf(actor);
    if (side !== null) presence.arrive(actor.userId, side === 'STAFF');
    return () => presence.leave(actor.userId);
  });
  streams.every(repeatSeconds * 1000, async () => presence.repeat());
  // Collected for a moment: after a restart everybody comes at once.
  streams.every(TELL_EVERY_MS, async () => {
    presence.sweep();
    const changes = presence.takeChanges();
    if (changes.length > 0 && streams.openStreams > 0) await tell(changes);
  });

  const tell = async (changes: readonly PresenceChange[]) => {
    const frames = changes.map((change) => ({ change, frame: presenter.presence(change) }));
    // Customers hear of support, which is rare; whether a customer is there is told to staff alone.
    const concernsCustomers = changes.some(({ side }) => side === 'STAFF');
    const audience = concernsCustomers ? streams.registry.all() : streams.registry.staff();
    for (const subscriber of await streams.registry.refresh(audience)) {
      const side = presenceSideOf(subscriber.actor);
      for (const { change, frame } of frames) if (side !== null && change.side !== side) subscriber.send(frame);
    }
  };
}

/** Staff without the permission are on neither side of any conversation: they are not seen, and see nobody. */
function presenceSideOf(actor: Actor): 'USER' | 'STAFF' | null {
  if (mayManageSupportChats(actor)) return 'STAFF';
  return actor.role === 'USER' ? 'USER' : null;
}
