import { type OpenBytes, openBody } from './body-bytes.ts';
import type { DeliveryRequestHeaders } from './conditional.ts';
import type { FileDecision } from './file-decision.ts';
import type { HttpAnswer } from './json-error.ts';

/** The fields of a web request that a decision looks at. */
export function deliveryHeaders(headers: Headers): DeliveryRequestHeaders {
  const read = (name: string) => headers.get(name) ?? undefined;
  return {
    'if-match': read('if-match'),
    'if-none-match': read('if-none-match'),
    'if-modified-since': read('if-modified-since'),
    'if-unmodified-since': read('if-unmodified-since'),
    'if-range': read('if-range'),
    range: read('range'),
  };
}

/**
 * A decision as a web `Response`, for hosts that give no Node response. Rejects as `open` does, before there is an
 * answer. `signal` is the request's: it or the cancelled body ends the read.
 * Not `Readable.toWeb`, which throws an uncaught error when a client leaves (nodejs/node#64529).
 */
export async function fileResponse(decision: FileDecision, open: OpenBytes, signal: AbortSignal): Promise<Response> {
  const init = { status: decision.status, headers: decision.headers };
  if (decision.body === null) return new Response(null, init);
  const cancelled = new AbortController();
  const chunks = await openBody(decision.body, open, AbortSignal.any([signal, cancelled.signal]));
  return new Response(pullFrom(chunks, cancelled), init);
}

/** A `Response` of an answer that is in memory. */
export function answerResponse(answer: HttpAnswer): Response {
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

/** Pulls one chunk for each the consumer asks for; a failure breaks the body off, it never ends it early. */
function pullFrom(chunks: AsyncIterable<Uint8Array>, cancelled: AbortController): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        cancelled.abort();
      },
    },
    { highWaterMark: 0 },
  );
}
