import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAbortError, onAbort } from '../../_model/abort.ts';
import type { PutBody } from '../../_model/put-body.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { DEFAULT_MAX_CONNECTIONS, DEFAULT_TIMEOUT_MS } from '../../storage-settings.ts';

export interface TransportRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
}

const MAX_RETRIES = 2;
const MAX_DELAY_MS = 1_000;
/** What a storage that passes uploads on may take for the last of them, in bytes a second. */
const SLOWEST_BYTES_PER_SECOND = 10 * 1024 * 1024;

/**
 * HTTP for storage-js on Node's own client. Node's fetch lacks what is needed here: a read that can be ended without an
 * uncaught error (nodejs/node#64529), a time that ends with the headers, and connections of their own for uploads.
 */
export class SupabaseTransport {
  readonly timeoutMs: number;
  readonly #isHttps: boolean;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #uploadAgent: HttpAgent | HttpsAgent;

  constructor(url: string, timeoutMs = DEFAULT_TIMEOUT_MS, maxConnections = DEFAULT_MAX_CONNECTIONS) {
    // A little early: the answer that tells of the silence has to be out within the time itself.
    this.timeoutMs = Math.round(timeoutMs * 0.9);
    this.#isHttps = new URL(url).protocol === 'https:';
    const Pool = this.#isHttps ? HttpsAgent : HttpAgent;
    this.#agent = new Pool({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: 32 });
    // A connection for each upload: one that was refused early still has the rest of a body in it, and whoever got that
    // connection next would have it read as the beginning of his request.
    this.#uploadAgent = new Pool({ keepAlive: false, maxSockets: maxConnections });
  }

  /**
   * Resolves with the headers; the body is the caller's to read or destroy. Broken connections and failures of the
   * server are tried again after a random wait, within one time for all; silence is not.
   * @throws AbortError, StorageUnavailableError, or the error of the socket
   */
  async request(request: TransportRequest): Promise<IncomingMessage> {
    const deadline = performance.now() + this.timeoutMs;
    for (let attempt = 0; ; attempt++) {
      const mayRetry = attempt < MAX_RETRIES;
      try {
        const answer = await this.#exchange(request, deadline - performance.now());
        if (!mayRetry || !isPassing(answer.statusCode ?? 0)) return answer;
        answer.on('error', () => {}).resume();
      } catch (error) {
        if (!mayRetry || error instanceof StorageUnavailableError || request.signal?.aborted) throw error;
      }
      const delay = Math.random() * Math.min(MAX_DELAY_MS, 100 * 4 ** (attempt + 1));
      await sleep(Math.min(delay, Math.max(0, deadline - performance.now())), undefined, { signal: request.signal });
    }
  }

  /**
   * Sends a body of unknown length as it comes. The sender may be slow; the storage may not.
   * @throws AbortError, StorageUnavailableError, the body's error, or the error of the socket
   */
  async upload(request: TransportRequest, body: PutBody): Promise<IncomingMessage> {
    const outgoing = this.#open(
      { ...request, headers: { ...request.headers, 'transfer-encoding': 'chunked' } },
      this.#uploadAgent,
    );
    const answered = this.#answerOf(outgoing, request.signal);
    answered.catch((error: unknown) => body.interrupt(error));
    let isAnswered = false;
    const early = answered.then((answer) => {
      isAnswered = true;
      return answer;
    });
    early.catch(() => {});
    try {
      for await (const chunk of body) {
        if (isAnswered) break;
        if (!outgoing.write(chunk)) await Promise.race([this.#drained(outgoing), early]);
      }
      if (!isAnswered) outgoing.end();
      return await this.#inTime(early, outgoing, this.timeoutMs + (body.sizeBytes / SLOWEST_BYTES_PER_SECOND) * 1000);
    } catch (error) {
      outgoing.destroy();
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
    this.#uploadAgent.destroy();
  }

  async #exchange(request: TransportRequest, timeoutMs: number): Promise<IncomingMessage> {
    // By hand: Node gives a DELETE no length of its own, and its body would run into the next request.
    const headers = { ...request.headers };
    if (request.body !== undefined) headers['content-length'] = String(Buffer.byteLength(request.body));
    const outgoing = this.#open({ ...request, headers }, this.#agent);
    const answered = this.#answerOf(outgoing, request.signal);
    outgoing.end(request.body);
    return this.#inTime(answered, outgoing, timeoutMs);
  }

  #open(request: TransportRequest, agent: Agent): ClientRequest {
    const open = this.#isHttps ? requestHttps : requestHttp;
    return open(request.url, { method: request.method, headers: request.headers, agent });
  }

  /** The signal ends the request until its answer is there; then it is the reader's. */
  async #answerOf(outgoing: ClientRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    let forget = () => {};
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve);
        outgoing.on('error', reject);
        forget = onAbort(signal, () => signal && outgoing.destroy(createAbortError(signal)));
      });
    } finally {
      forget();
    }
  }

  async #drained(outgoing: ClientRequest): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    outgoing.once('drain', resolve);
    try {
      await this.#inTime(promise, outgoing, this.timeoutMs);
    } finally {
      outgoing.removeListener('drain', resolve);
    }
  }

  async #inTime<Result>(result: Promise<Result>, outgoing: ClientRequest, timeoutMs: number): Promise<Result> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => {
        const error = new StorageUnavailableError('the storage did not answer in time');
        reject(error);
        outgoing.destroy(error);
      },
      Math.max(0, timeoutMs),
    );
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Failures that may be over in a moment: the gateway's own and too many requests. */
function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}
