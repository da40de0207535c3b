import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { parseLastEventId, retryFrame } from './event-frame.ts';
import type { EventStreams } from './event-streams.ts';

/** Who listens. The token is looked up again as long as the stream is open, so that signing out ends it. */
export interface LiveSession {
  actor: Actor;
  sessionToken: string;
}

/** What a page waits before it connects again. */
const RETRY_MS = 2_000;
const BUSY_RETRY_AFTER_SECONDS = 30;

/** A reader who is this far behind is dropped; with `Last-Event-ID` it catches up when it comes back. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // no-transform also keeps compressing proxies from holding events back; X-Accel-Buffering is nginx's word for it.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  Vary: 'Cookie',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Opens the stream of events, which lasts until the client, the session or the server ends it.
 * @throws ChatError TOO_MANY_REQUESTS when the user or the process has too many streams open
 */
export function openEventStream(
  request: IncomingMessage,
  response: ServerResponse,
  session: LiveSession,
  streams: EventStreams,
): void {
  if (!streams.hasRoomFor(session.actor.userId)) {
    throw new ChatError('TOO_MANY_REQUESTS', 'Too many event streams are open. Try again later.', {
      retryAfterSeconds: BUSY_RETRY_AFTER_SECONDS,
    });
  }
  if (response.destroyed) return;
  request.socket.setNoDelay(true);
  // A stream is quiet for long; the server's idle time-outs are not for it.
  request.socket.setTimeout(0);
  response.writeHead(200, HEADERS);
  response.write(retryFrame(RETRY_MS));
  const subscriber = {
    ...session,
    send(frame: string): void {
      if (response.destroyed || response.writableEnded) return;
      response.write(frame);
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
    },
    end: () => void response.end(),
  };
  const leave = streams.subscribe(subscriber, parseLastEventId(lastEventIdOf(request)));
  response.once('close', leave);
}

function lastEventIdOf(request: IncomingMessage): string | undefined {
  const header = request.headers['last-event-id'];
  return Array.isArray(header) ? header[0] : header;
}
