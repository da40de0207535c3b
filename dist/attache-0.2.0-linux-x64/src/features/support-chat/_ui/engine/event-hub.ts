import type { ChatEvents } from '../../_api/dto/chat-dto.ts';
import { type ChatEventName, type EventSink, type LiveStatus, openEventStream } from './event-stream.ts';
import { shareEventStream } from './shared-event-stream.ts';
import { createStore, type Store } from './store.ts';

export type ChatEventListener<N extends ChatEventName> = (payload: ChatEvents[N]) => void;

export interface EventHub {
  readonly status: Store<LiveStatus>;
  /** Returns the way to stop listening. */
  on<N extends ChatEventName>(name: N, listener: ChatEventListener<N>): () => void;
  /** Told after a connection came back: events may have been missed. */
  onGap(listener: () => void): () => void;
  start(): () => void;
}

type ListenersByName = { [N in ChatEventName]: Set<ChatEventListener<N>> };

interface Listeners {
  byName: ListenersByName;
  gap: Set<() => void>;
}

function createListeners(): Listeners {
  return {
    byName: {
      connected: new Set(),
      'dialog.created': new Set(),
      'message.created': new Set(),
      'message.updated': new Set(),
      'read.updated': new Set(),
      typing: new Set(),
      'presence.updated': new Set(),
    },
    gap: new Set(),
  };
}

function dispatch<N extends ChatEventName>(listeners: Listeners, name: N, data: string): void {
  // The payload comes from our own server over our own origin; its shape is ChatEvents by contract.
  const payload: ChatEvents[N] = JSON.parse(data);
  for (const listener of [...listeners.byName[name]]) listener(payload);
}

/** The events of this tab, from the one stream that all tabs of this person in this browser share. */
export function createEventHub(url: string, currentUserId: string): EventHub {
  const listeners = createListeners();
  const status = createStore<LiveStatus>('connecting');
  const sink: EventSink = {
    event: (name, data) => dispatch(listeners, name, data),
    status: (now) => status.update(() => now),
    gap() {
      for (const listener of [...listeners.gap]) listener();
    },
  };
  return {
    status,
    on(name, listener) {
      listeners.byName[name].add(listener);
      return () => listeners.byName[name].delete(listener);
    },
    onGap(listener) {
      listeners.gap.add(listener);
      return () => listeners.gap.delete(listener);
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
