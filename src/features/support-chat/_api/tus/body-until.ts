import { PassThrough, type Readable } from 'node:stream';

/**
 * The bytes of a request, all that came until it was cut off or the signal fired: they need not be sent again. Through
 * a pipe, because only a piped request is paused while the storage is behind, which tells its slowness from the
 * sender's (`watchBodyPace`).
 */
export async function* bodyUntil(request: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bytes = new PassThrough({ highWaterMark: 256 * 1024 });
  const end = () => {
    request.unpipe(bytes);
    bytes.end();
  };
  request.once('close', end);
  signal.addEventListener('abort', end, { once: true });
  request.pipe(bytes);
  try {
    if (request.destroyed || signal.aborted) end();
    yield* bytes;
  } finally {
    request.off('close', end);
    signal.removeEventListener('abort', end);
    request.unpipe(bytes);
  }
}
