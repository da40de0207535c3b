import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { BodyLengthError, type FlowingBody, type OpenBytes, openBody } from './body-bytes.ts';
import { watchReader } from './body-watch.ts';
import type { FileDecision } from './file-decision.ts';
import type { HttpResponse } from './http-response.ts';

export interface SendResult {
  /**
   * `aborted`: the client went away, or took nothing for a while. `cancelled`: the caller's signal fired. `failed`: the
   * bytes ended early or were too many. Except after `sent` the connection is destroyed, or was already.
   */
  outcome: 'sent' | 'aborted' | 'cancelled' | 'failed';
  /** Body bytes handed to the connection. */
  bytesSent: number;
  /** Why it failed. */
  error?: unknown;
}

export interface FileSource {
  open: OpenBytes;
  /** The whole object when it is in memory already; `open` is not called then. */
  bytes?: Uint8Array | undefined;
}

export interface SendOptions {
  /** Ends a response under way, for a right that was withdrawn: the connection is destroyed. */
  signal?: AbortSignal | undefined;
  /** How long a reader may take nothing; see `watchReader`. */
  stallMs?: number | undefined;
}

/** What the system takes at once as a rule; a larger response may have to wait for its reader. */
const SOCKET_BUFFER_BYTES = 64 * 1024;

/**
 * Sends a decision over Node's HTTP. Opens the source only when bytes flow, and before the headers: when opening fails
 * this rejects with that error, nothing is sent yet, and the caller answers 404 or 503. From then on it never rejects.
 * Resolves when the response has left for the network or the connection is gone, with nothing left open.
 */
export async function sendFile(
  response: ServerResponse,
  decision: FileDecision,
  source: FileSource,
  options: SendOptions = {},
): Promise<SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  const { body } = decision;
  if (body === null) return endWith(response, decision, undefined, options);
  if (source.bytes !== undefined) return endWith(response, decision, sliceBody(source.bytes, body), options);
  return streamBody(response, decision, body, source.open, options);
}

/** Sends a response that is in memory; HEAD and 304 drop the body by Node's own rules. */
export async function sendResponse(response: ServerResponse, content: HttpResponse): Promise<SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  return endWith(response, content, Buffer.from(content.body), {});
}

/**
 * Reads a body into memory for a response that is about to be sent; the read ends as soon as the client goes away.
 * Bytes of another length than promised destroy the connection. Rejects as the source does, with nothing sent yet.
 */
export async function readBody(
  response: ServerResponse,
  body: FlowingBody,
  open: OpenBytes,
): Promise<{ bytes: Buffer } | SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  const reader = watchReader(response);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await openBody(body, open, reader.signal)) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (reader.signal.aborted) return { outcome: 'aborted', bytesSent: 0 };
    if (!(error instanceof BodyLengthError)) throw error;
    // No response at all is better than one that looks complete.
    response.destroy();
    return { outcome: 'failed', bytesSent: 0, error };
  } finally {
    reader.stop();
  }
}

async function endWith(
  response: ServerResponse,
  head: Pick<HttpResponse, 'status' | 'headers'>,
  body: Uint8Array | undefined,
  options: SendOptions,
): Promise<SendResult> {
  const bytesSent = body?.length ?? 0;
  const reader = bytesSent > SOCKET_BUFFER_BYTES ? watchReader(response, options) : null;
  const outcome = await new Promise<SendResult['outcome']>((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'sent' : 'aborted'));
    response.writeHead(head.status, head.headers);
    response.end(body);
  });
  reader?.stop();
  return { outcome: outcome === 'aborted' && options.signal?.aborted ? 'cancelled' : outcome, bytesSent };
}

async function streamBody(
  response: ServerResponse,
  decision: FileDecision,
  body: FlowingBody,
  open: OpenBytes,
  options: SendOptions,
): Promise<SendResult> {
  const reader = watchReader(response, options);
  let bytesSent = 0;
  let failure: { error: unknown } | null = null;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    try {
      for await (const chunk of chunks) {
        bytesSent += chunk.length;
        yield chunk;
      }
    } catch (error) {
      // Sources also end when the reader has gone: that is not their failure.
      if (!reader.signal.aborted) failure = { error };
      throw error;
    }
  }
  try {
    const chunks = await openBody(body, open, reader.signal);
    response.writeHead(decision.status, decision.headers);
    // On a failure it destroys the response: the length is promised, and an end would look complete.
    await pipeline(counted(chunks), response);
    return { outcome: 'sent', bytesSent };
  } catch (error) {
    if (failure !== null) return { outcome: 'failed', bytesSent, ...(failure as { error: unknown }) };
    if (options.signal?.aborted) return { outcome: 'cancelled', bytesSent };
    if (reader.signal.aborted || response.headersSent) return { outcome: 'aborted', bytesSent };
    throw error;
  } finally {
    // Also what was opened and not walked, should the headers be at fault.
    reader.stop();
  }
}

/** The bytes of a body whose object is in memory. Throws `BodyLengthError` when that object is of another size. */
function sliceBody(bytes: Uint8Array, body: FlowingBody): Uint8Array {
  if (body.kind === 'whole') {
    if (bytes.length !== body.lengthBytes) throw new BodyLengthError('The bytes in memory are of another length.');
    return bytes;
  }
  if (body.kind === 'range') return exactSlice(bytes, body.start, body.end);
  const pieces = body.parts.flatMap((part) => [part.preamble, exactSlice(bytes, part.start, part.end)]);
  return Buffer.concat([...pieces, body.closing]);
}

function exactSlice(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end >= bytes.length) throw new BodyLengthError('The bytes in memory are of another length.');
  return bytes.subarray(start, end + 1);
}
