import { createStore, type Store } from '#shared/ui/store.ts';
import type { ChatEvents } from '../../_api/types.ts';
import { type ChatEventName, type EventSink, type LiveStatus, openEventStream } from './event-stream.ts';
import { shareEventStream } from './shared-event-stream.ts';

export type ChatEventListener<N extends ChatEventName> = (payload: ChatEvents[N]) => void;

export interface EventHub {
  readonly status: Store<LiveStatus>;
  /** Returns the way to stop listening. */
  on<N extends ChatEventName>(name: N, listener: ChatEventListener<N>): () => void;
  /** Told after a connection came back: events may have been missed. */
  onGap(listener: () => void): () => void;
  start(): () => void;
}

/** The events of this tab, from the one stream that all tabs of this person in this browser share. */
export function createEventHub(url: string, currentUserId: string): EventHub {
  // What stands under a name takes the payload of that name: `on` sees to it.
  const listeners = new Map<ChatEventName, Set<(payload: never) => void>>();
  const gapListeners = new Set<() => void>();
  const status = createStore<LiveStatus>('connecting');
  const sink: EventSink = {
    event(name, data) {
      // From our own server over our own origin; its shape is ChatEvents by contract.
      const payload: never = JSON.parse(data) as never;
      for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
    },
    status: (now) => status.update(() => now),
    gap() {
      for (const listener of [...gapListeners]) listener();
    },
  };
  return {
    status,
    on(name, listener) {
      const named = listeners.get(name) ?? new Set();
      listeners.set(name, named.add(listener));
      return () => named.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    start() {
      const stop = shareEventStream(currentUserId, sink, (shared, options) => openEventStream(url, shared, options));
      return () => {
        stop();
        status.update(() => 'connecting');
      };
    },
  };
}
