import type { ChatEvents } from '../../_api/dto/chat-dto.ts';

export type ChatEventName = keyof ChatEvents;

/** `connecting` until the first word of the server, `lost` while trying again. */
export type LiveStatus = 'connecting' | 'live' | 'lost';

/** What hears of a stream. */
export interface EventSink {
  /** `data` is the payload as JSON. */
  event(name: ChatEventName, data: string): void;
  status(status: LiveStatus): void;
  /** Events may have been missed. */
  gap(): void;
}

export interface StreamOptions {
  /** Somebody else heard the events until now: what came between them and this stream may be lost. */
  mayHaveMissed: boolean;
}

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

/**
 * One connection to the server's events. EventSource itself reconnects with `Last-Event-ID` after a broken connection;
 * it gives up for good after an answer other than 200 (signed out, too many connections, server restarting), so that
 * case is retried here with growing pauses. Returns the way to stop.
 */
export function openEventStream(url: string, sink: EventSink, { mayHaveMissed }: StreamOptions): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = firstRetryMs;
  let isLost = false;
  let hasGap = mayHaveMissed;

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    const current = new EventSource(url);
    source = current;
    current.onopen = () => {
      retryMs = firstRetryMs;
      isLost = false;
      sink.status('live');
      if (hasGap) sink.gap();
      hasGap = false;
    };
    current.onerror = () => {
      isLost = true;
      hasGap = true;
      sink.status('lost');
      if (current.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    };
    for (const name of eventNames) {
      current.addEventListener(name, (event: MessageEvent) => {
        if (typeof event.data === 'string') sink.event(name, event.data);
      });
    }
  };
  const connectNow = () => {
    if (isLost) connect();
  };

  connect();
  window.addEventListener('online', connectNow);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('online', connectNow);
    source?.close();
  };
}
