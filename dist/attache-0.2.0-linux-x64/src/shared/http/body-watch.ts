import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAnswer } from './json-error.ts';

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

/** Ends the connection when the body is not whole after so many seconds; for bodies that are read into memory. */
export function limitBodyTime(request: IncomingMessage, maxSeconds: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, maxSeconds * 1000);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/**
 * Answers a request whose body was not read to its end. The answer goes out whole at once, then the body is read and
 * thrown away for a short while before the connection closes: one closed with unread bytes resets, and the sender would
 * lose the answer that tells them why.
 */
export async function answerBeforeBody(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  maxSeconds = 5,
): Promise<void> {
  if (response.destroyed) return;
  // Not yet the end: Node closes the connection with it.
  response.writeHead(answer.status, { ...answer.headers, Connection: 'close' });
  if (answer.body !== '' && request.method !== 'HEAD') response.write(answer.body);
  else response.flushHeaders();
  await discardBody(request, maxSeconds);
  response.end();
}

function discardBody(request: IncomingMessage, maxSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve();
    const timer = setTimeout(resolve, maxSeconds * 1000);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', stop).once('close', stop);
    // A parser that has stopped reading would pile up what is poured into it.
    request.unpipe();
    request.resume();
  });
}
