import { addAbortSignal, type Readable } from 'node:stream';
import type { ByteRange } from '#shared/lib/file-storage/types.ts';
import type { DeliveryBody } from './file-decision.ts';

/**
 * Opens the stored bytes; without a range, all of them. Resolves once they are certain to come, and rejects when the
 * object is missing or the storage is down. The signal ends the opening and the read.
 */
export type OpenBytes = (range: ByteRange | undefined, signal: AbortSignal) => Promise<Readable>;

export type FlowingBody = Exclude<DeliveryBody, null>;

/** More or fewer bytes came than the response promised. */
export class BodyLengthError extends Error {
  override readonly name = 'BodyLengthError';
}

/**
 * Opens the first bytes of a body before any header is sent, so that a storage that is down can still become a 503.
 * Rejects as `open` does, or with the signal's reason as soon as it fires, also when `open` itself does not heed it.
 * The chunks can be walked once; they fail with `BodyLengthError`, the storage's own error, or an `AbortError`. Whoever
 * does not walk them has to fire the signal.
 */
export async function openBody(
  body: FlowingBody,
  open: OpenBytes,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const first = await openUnlessAborted(firstRange(body), open, signal);
  return body.kind === 'multipart' ? readParts(body, first, open, signal) : readExactly(first, body.lengthBytes);
}

async function* readParts(
  body: Extract<FlowingBody, { kind: 'multipart' }>,
  first: Readable,
  open: OpenBytes,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const [index, part] of body.parts.entries()) {
    const { start, end } = part;
    // One part is open at a time: eight ranges must not cost eight descriptors.
    const source = index === 0 ? first : await openUnlessAborted({ start, end }, open, signal);
    yield part.preamble;
    yield* readExactly(source, end - start + 1);
  }
  yield body.closing;
}

/**
 * The chunks of a source that must hold exactly `expectedBytes`. The chunk that completes them is held back until the
 * source has ended: a client never receives a whole response from a source that had more to say.
 */
async function* readExactly(source: Readable, expectedBytes: number): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0;
  let completing: Uint8Array | undefined;
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    receivedBytes += chunk.length;
    if (receivedBytes > expectedBytes) throw new BodyLengthError(`Expected ${expectedBytes} bytes, but more came.`);
    if (receivedBytes < expectedBytes) yield chunk;
    else if (chunk.length > 0) completing = chunk;
  }
  if (receivedBytes < expectedBytes) {
    throw new BodyLengthError(`Expected ${expectedBytes} bytes, but ${receivedBytes} came.`);
  }
  if (completing !== undefined) yield completing;
}

async function openUnlessAborted(
  range: ByteRange | undefined,
  open: OpenBytes,
  signal: AbortSignal,
): Promise<Readable> {
  signal.throwIfAborted();
  const opening = open(range, signal);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const source = await Promise.race([opening, aborted]);
    // A driver may report once more what became of its socket when nobody reads any longer.
    source.on('error', ignore);
    // From the moment it is open, so that a source nobody has begun to read is freed as well.
    return addAbortSignal(signal, source);
  } catch (error) {
    // The stream may still come, too late: it must not stay open.
    opening.then((late) => late.on('error', ignore).destroy(), ignore);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function firstRange(body: FlowingBody): ByteRange | undefined {
  if (body.kind === 'whole') return undefined;
  const span = body.kind === 'range' ? body : body.parts[0];
  return span && { start: span.start, end: span.end };
}

function ignore(): void {}
