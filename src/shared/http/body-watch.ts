import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpResponse } from './http-response.ts';

/** Slower senders are stuck or hostile (docs/threat-model.md 17); bad mobile networks are faster. */
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

/** A reader who takes no byte for so long is gone, or holds the connection on purpose (threat 39). */
const READER_STALL_MS = 12_000;

/**
 * Follows the reader of a response. The signal fires when the connection closes, when the reader takes nothing for
 * `stallMs` although bytes wait for them, when the caller's signal fires, and with `stop()`; in the second and the
 * third case the connection is destroyed. Call `stop` in every case: it also ends whatever still listens to the signal.
 */
export function watchReader(
  response: ServerResponse,
  options: { signal?: AbortSignal | undefined; stallMs?: number | undefined } = {},
): { signal: AbortSignal; stop: () => void } {
  const { signal: cancel, stallMs = READER_STALL_MS } = options;
  const controller = new AbortController();
  const leave = () => controller.abort();
  const end = () => {
    controller.abort();
    response.destroy();
  };
  // What the system has taken: progress shows here also while one large write is under way.
  const bytesTaken = () => (response.socket?.bytesWritten ?? 0) - (response.socket?.writableLength ?? 0);
  let seen = bytesTaken();
  let movedAt = performance.now();
  const timer = setInterval(() => {
    const taken = bytesTaken();
    // With nothing waiting, the silence is that of whoever brings the bytes.
    if (taken === seen && response.writableLength > 0) {
      if (performance.now() - movedAt >= stallMs) end();
      return;
    }
    seen = taken;
    movedAt = performance.now();
  }, stallMs / 4);
  timer.unref();
  // `close` of the response and not of the request, which closes as soon as it has been read.
  response.once('close', leave);
  if (cancel?.aborted) end();
  else cancel?.addEventListener('abort', end, { once: true });
  const stop = () => {
    clearInterval(timer);
    response.off('close', leave);
    cancel?.removeEventListener('abort', end);
    controller.abort();
  };
  return { signal: controller.signal, stop };
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
export async function respondBeforeBody(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpResponse,
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
