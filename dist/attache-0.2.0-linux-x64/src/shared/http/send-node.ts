import type { ServerResponse } from 'node:http';
import { fileChunks } from '#shared/chunk-pool/chunk-pool.ts';
import { BodyLengthError, type FlowingBody, type OpenBytes, openBody } from './body-bytes.ts';
import type { FileDecision } from './file-decision.ts';
import type { HttpAnswer } from './json-error.ts';

export interface SendResult {
  /** `aborted`: the client went away. `failed`: the bytes did, after the headers; the connection is destroyed. */
  outcome: 'sent' | 'aborted' | 'failed';
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

/**
 * Sends a decision over Node's HTTP. Opens the source only when bytes flow, and before the headers: when opening fails
 * this rejects with that error, nothing is sent yet, and the caller answers 404 or 503. From then on it never rejects.
 * Resolves when the answer has left for the network or the connection is gone, with nothing left open.
 */
export async function sendFile(
  response: ServerResponse,
  decision: FileDecision,
  source: FileSource,
): Promise<SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  const { body } = decision;
  if (body === null) return endWith(response, decision, undefined);
  if (source.bytes !== undefined) return endWith(response, decision, sliceBody(source.bytes, body));
  return streamBody(response, decision, body, source.open);
}

/** Sends an answer that is in memory; HEAD and 304 drop the body by Node's own rules. */
export async function sendAnswer(response: ServerResponse, answer: HttpAnswer): Promise<SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  return endWith(response, answer, Buffer.from(answer.body));
}

/**
 * Reads a body into memory for an answer that is about to be sent; the read ends as soon as the client goes away. Bytes
 * of another length than promised destroy the connection. Rejects as the source does, with nothing sent yet.
 */
export async function readBody(
  response: ServerResponse,
  body: FlowingBody,
  open: OpenBytes,
): Promise<{ bytes: Buffer } | SendResult> {
  if (response.destroyed) return { outcome: 'aborted', bytesSent: 0 };
  const left = new AbortController();
  const leave = () => left.abort();
  response.once('close', leave);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await openBody(body, open, left.signal)) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (left.signal.aborted) return { outcome: 'aborted', bytesSent: 0 };
    if (!(error instanceof BodyLengthError)) throw error;
    // No answer at all is better than one that looks complete.
    response.destroy();
    return { outcome: 'failed', bytesSent: 0, error };
  } finally {
    response.off('close', leave);
  }
}

function endWith(
  response: ServerResponse,
  head: Pick<HttpAnswer, 'status' | 'headers'>,
  body: Uint8Array | undefined,
): Promise<SendResult> {
  return new Promise((resolve) => {
    response.once('close', () => {
      resolve({ outcome: response.writableFinished ? 'sent' : 'aborted', bytesSent: body?.length ?? 0 });
    });
    response.writeHead(head.status, head.headers);
    response.end(body);
  });
}

async function streamBody(
  response: ServerResponse,
  decision: FileDecision,
  body: FlowingBody,
  open: OpenBytes,
): Promise<SendResult> {
  const client = watchClient(response);
  let bytesSent = 0;
  try {
    const chunks = await openBody(body, open, client.signal);
    response.writeHead(decision.status, decision.headers);
    for await (const chunk of chunks) {
      // A write to a closed response returns false, and no drain would ever follow.
      client.signal.throwIfAborted();
      bytesSent += chunk.length;
      // The callback comes when the system has taken the bytes; after an error they may be on their way still.
      const taken = (error?: Error | null) => {
        if (!error) fileChunks.giveBack(chunk);
      };
      if (!response.write(chunk, taken)) await client.drained();
    }
    response.end();
    return { outcome: (await client.closed) ? 'sent' : 'aborted', bytesSent };
  } catch (error) {
    if (client.signal.aborted) return { outcome: 'aborted', bytesSent };
    // Opened but not walked, should the headers be at fault.
    client.abandon();
    if (!response.headersSent) throw error;
    // The length is promised already: an end would be an answer that looks complete, or a connection out of step.
    response.destroy();
    return { outcome: 'failed', bytesSent, error };
  }
}

/**
 * One listener for each event of the response, whatever the number of chunks. `close` of the response and not of the
 * request: the request closes as soon as it has been read. `writableFinished` is asked in that very moment, because
 * Node calls a response finished that is ended after its connection has gone.
 */
function watchClient(response: ServerResponse) {
  const controller = new AbortController();
  const closing = Promise.withResolvers<boolean>();
  let wake: () => void = () => {};
  response.on('drain', () => wake());
  response.once('close', () => {
    const finished = response.writableFinished;
    if (!finished) controller.abort();
    closing.resolve(finished);
    wake();
  });
  return {
    signal: controller.signal,
    /** Resolves when the response is closed, with whether all of it was sent. */
    closed: closing.promise,
    drained: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    /** Ends whatever read may be open still. */
    abandon: () => controller.abort(),
  };
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
