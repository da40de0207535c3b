/**
 * What every driver throws when its caller's signal fired: always named `AbortError`, whatever the signal's reason is
 * (a timeout's reason is a `TimeoutError`), so that callers need one check. The reason is its `cause`.
 */
export function createAbortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return new AbortError('the operation was aborted', { cause: reason });
}

class AbortError extends Error {
  override readonly name = 'AbortError';
}

/** @throws AbortError when the signal has fired already. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw createAbortError(signal);
}

/** Calls back once, at once when the signal has fired already. The returned function forgets the listener. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    callback();
    return () => {};
  }
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
