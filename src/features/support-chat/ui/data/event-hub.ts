import type { ChatEvents } from '../../dto/chat-dto.ts';
import { createStore, type Store } from './store.ts';

export type ChatEventName = keyof ChatEvents;
export type ChatEventListener<N extends ChatEventName> = (payload: ChatEvents[N]) => void;

/** `connecting` until the first word of the server, `lost` while trying again. */
export type LiveStatus = 'connecting' | 'live' | 'lost';

const eventNames: readonly ChatEventName[] = [
  'connected',
  'dialog.created',
  'message.created',
  'message.updated',
  'read.updated',
  'typing',
  'presence.updated',
];

const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

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

function dispatch<N extends ChatEventName>(listeners: Listeners, name: N, data: unknown): void {
  if (typeof data !== 'string') return;
  // The payload comes from our own server over our own origin; its shape is ChatEvents by contract.
  const payload: ChatEvents[N] = JSON.parse(data);
  for (const listener of [...listeners.byName[name]]) listener(payload);
}

/**
 * The one event stream of this tab. EventSource itself reconnects with `Last-Event-ID` after a broken connection; it
 * gives up for good after an answer other than 200 (signed out, too many connections, server restarting), so that case
 * is retried here with growing pauses.
 */
export function createEventHub(url: string): EventHub {
  const listeners = createListeners();
  const status = createStore<LiveStatus>('connecting');
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
    start: () => keepConnected(url, listeners, status),
  };
}

function keepConnected(url: string, listeners: Listeners, status: Store<LiveStatus>): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = firstRetryMs;
  let wasLost = false;

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    const current = new EventSource(url);
    source = current;
    current.onopen = () => {
      retryMs = firstRetryMs;
      status.update(() => 'live');
      if (wasLost) for (const listener of [...listeners.gap]) listener();
      wasLost = false;
    };
    current.onerror = () => {
      wasLost = true;
      status.update(() => 'lost');
      if (current.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    };
    for (const name of eventNames) {
      current.addEventListener(name, (event: MessageEvent) => dispatch(listeners, name, event.data));
    }
  };
  const connectNow = () => {
    if (status.get() === 'lost') connect();
  };

  connect();
  window.addEventListener('online', connectNow);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('online', connectNow);
    source?.close();
    status.update(() => 'connecting');
  };
}
