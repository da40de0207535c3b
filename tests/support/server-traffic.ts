import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Bytes of the body received so far, accurate to one packet. */
  receivedBytes(): number;
}

/** Records the requests that the servers of this process receive, independently of what a page reports. */
export function watchServer(): { requests: readonly ServerRequest[]; stop: () => void } {
  const requests: ServerRequest[] = [];
  const listener: ChannelListener = (message) => {
    if (!isStart(message)) return;
    const { request, socket } = message;
    const before = socket.bytesRead;
    let after: number | null = null;
    request.once('close', () => {
      after = socket.bytesRead;
    });
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      receivedBytes: () => (after ?? socket.bytesRead) - before,
    });
  };
  subscribe('http.server.request.start', listener);
  return { requests, stop: () => void unsubscribe('http.server.request.start', listener) };
}

function isStart(message: unknown): message is { request: IncomingMessage; socket: Socket } {
  return typeof message === 'object' && message !== null && 'request' in message && 'socket' in message;
}
