import type { IncomingMessage } from 'node:http';

/** Below this a sender is stuck or holds the connection on purpose (THREATS.md 17); a bad mobile network does better. */
const MIN_BYTES_PER_SECOND = 512;

/** The body came too slowly. */
export class BodyTooSlowError extends Error {
  override readonly name = 'BodyTooSlowError';
}

/**
 * Calls `onTooSlow` once when a window of `windowSeconds` passes in which the socket carried less than 512 bytes a
 * second while we were willing to read. Returns the stop.
 */
export function watchBodyPace(
  request: IncomingMessage,
  windowSeconds: number,
  onTooSlow: (error: Error) => void,
): () => void {
  let seen = request.socket.bytesRead;
  const timer = setInterval(() => {
    const now = request.socket.bytesRead;
    const carried = now - seen;
    seen = now;
    // A paused socket waits for our storage: that is not the sender's fault.
    if (carried >= MIN_BYTES_PER_SECOND * windowSeconds || request.complete || request.isPaused()) return;
    clearInterval(timer);
    onTooSlow(new BodyTooSlowError('The upload came too slowly.'));
  }, windowSeconds * 1000);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Ends a request whose answer is sent before its body was read: reads on and throws away for a short while, because a
 * connection closed with unread bytes resets, and the sender would lose the answer that tells them why.
 */
export function drainThenClose(request: IncomingMessage, maxSeconds = 5): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), maxSeconds * 1000);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
