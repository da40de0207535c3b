import { once } from 'node:events';
import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageApiError, StorageClient, type StorageError } from '@supabase/storage-js';
import { onAbort } from '../../_driver/abort.ts';
import type { PutBody } from '../../_driver/put-body.ts';
import { storageTimeout } from '../../storage-errors.ts';
import { DEFAULT_MAX_CONNECTIONS, DEFAULT_TIMEOUT_MS, type SupabaseStorageSettings } from '../../storage-settings.ts';

type Bucket = ReturnType<StorageClient['from']>;

const MAX_RETRIES = 2;
const FIRST_DELAY_MS = 250;
const ERROR_BODY_MS = 1_000;

/**
 * storage-js for everything that is JSON, over Node's fetch. Bytes go over Node's own client: fetch can be read as a web
 * stream only, which ends in an uncaught error when a client leaves (nodejs/node#64529), storage-js cannot send Range
 * and hides the headers of a response, and a connection whose upload was refused early must not be used again.
 */
export class SupabaseClient {
  readonly bucket: string;
  readonly timeoutMs: number;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(settings: SupabaseStorageSettings, timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.bucket = settings.bucket;
    // A little early: the response that tells of the silence has to be out within the time itself.
    this.timeoutMs = Math.round(timeoutMs * 0.9);
    this.#url = `${settings.url.replace(/\/+$/, '')}/storage/v1`;
    this.#headers = { apikey: settings.serviceRoleKey, authorization: `Bearer ${settings.serviceRoleKey}` };
    const pool = { keepAlive: true, maxSockets: settings.maxConnections ?? DEFAULT_MAX_CONNECTIONS };
    this.#agent = this.#isHttps ? new HttpsAgent(pool) : new HttpAgent(pool);
  }

  /** The API of the bucket. Each call has the storage's time, retries included. */
  files(): Bucket {
    return this.#client(undefined).from(this.bucket);
  }

  /** @throws the error of storage-js */
  async describeBucket(signal: AbortSignal | undefined): Promise<{ public: boolean }> {
    return requireData(await this.#client(signal).getBucket(this.bucket));
  }

  /** Address of an object as its signed links have it. */
  signedAddress(path: string, token: string): URL {
    const url = new URL(`${this.#url}/object/sign/${this.bucket}/${encodePath(path)}`);
    url.searchParams.set('token', token);
    return url;
  }

  /** Resolves with the head; the body is the caller's to read or destroy. @throws StorageApiError, the socket's error */
  async download(path: string, range: string | undefined, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const response = await this.#retrying(signal, async (until) => {
      const outgoing = this.#request('GET', path, range === undefined ? {} : { range }, this.#agent);
      const forget = onAbort(until, () => outgoing.destroy());
      outgoing.end();
      try {
        const [head]: IncomingMessage[] = await once(outgoing, 'response');
        if (head === undefined) throw new TypeError('no response');
        if (isPassing(head.statusCode)) head.resume();
        return head;
      } finally {
        forget();
      }
    });
    if ((response.statusCode ?? 0) >= 400) throw await readError(response);
    return response;
  }

  /** Sends a body of unknown length as it comes. @throws StorageApiError, the body's error, the socket's error */
  async upload(path: string, body: PutBody, contentType: string, signal: AbortSignal | undefined): Promise<void> {
    const headers = {
      'content-type': contentType,
      // Shared caches between the storage and a signed link's holder must not keep private files.
      'cache-control': 'private, max-age=0',
      'x-upsert': 'true',
    };
    const outgoing = this.#request('POST', path, headers, false);
    const forget = onAbort(signal, () => outgoing.destroy());
    try {
      await body.untilStored(sendBody(outgoing, body), this.timeoutMs);
    } finally {
      forget();
      outgoing.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  get #isHttps(): boolean {
    return this.#url.startsWith('https:');
  }

  #client(signal: AbortSignal | undefined): StorageClient {
    return new StorageClient(this.#url, this.#headers, (input, init) =>
      this.#retrying(signal, (until) => fetch(input, { ...init, signal: until })),
    );
  }

  /**
   * Broken connections and failures of a gateway are tried again after a random wait, within one time for all; silence
   * is not. @throws StorageUnavailableError, else what `attempt` throws
   */
  async #retrying<Response extends { status?: number; statusCode?: number | undefined }>(
    signal: AbortSignal | undefined,
    attempt: (until: AbortSignal) => Promise<Response>,
  ): Promise<Response> {
    const late = AbortSignal.timeout(this.timeoutMs);
    const until = signal ? AbortSignal.any([signal, late]) : late;
    try {
      for (let retries = 0; ; retries++) {
        const response = await attempt(until).catch((error: unknown) => {
          if (retries === MAX_RETRIES || until.aborted) throw error;
          return null;
        });
        if (response && (retries === MAX_RETRIES || !isPassing(response.status ?? response.statusCode)))
          return response;
        await sleep(Math.random() * FIRST_DELAY_MS * 4 ** retries, undefined, { signal: until });
      }
    } catch (error) {
      throw late.aborted ? storageTimeout() : error;
    }
  }

  #request(method: string, path: string, headers: Record<string, string>, agent: Agent | false): ClientRequest {
    const url = `${this.#url}/object/${this.bucket}/${encodePath(path)}`;
    const open = this.#isHttps ? requestHttps : requestHttp;
    // Whoever waits for the head hears of an error first; later ones are the body's.
    return open(url, { method, headers: { ...this.#headers, ...headers }, agent }).on('error', () => {});
  }
}

async function sendBody(outgoing: ClientRequest, body: PutBody): Promise<void> {
  let response: IncomingMessage | null = null;
  const answered: Promise<IncomingMessage> = once(outgoing, 'response').then(([head]) => {
    response = head;
    return head;
  });
  answered.catch((error: unknown) => body.interrupt(error));
  for await (const chunk of body) {
    // Refused before the end.
    if (response !== null) break;
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), answered]);
  }
  if (response === null) outgoing.end();
  const { statusCode = 0 } = await answered;
  if (statusCode >= 400) throw await readError(await answered);
}

/** As storage-js makes it; the body of whatever else is in between has other fields, or none. */
async function readError(response: IncomingMessage): Promise<StorageApiError> {
  const status = response.statusCode ?? 0;
  const timer = setTimeout(() => response.destroy(), ERROR_BODY_MS);
  const body: unknown = await json(response).catch(() => null);
  clearTimeout(timer);
  const { statusCode = status, message = `HTTP ${status}` } = (body ?? {}) as {
    statusCode?: unknown;
    message?: unknown;
  };
  return new StorageApiError(String(message), status, String(statusCode));
}

/** Failures that may be over in a moment: the gateway's own and too many requests. */
function isPassing(status: number | undefined): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** The data of a response of storage-js. @throws its error */
export function requireData<Data>(result: { data: Data; error: null } | { data: null; error: StorageError }): Data {
  if (result.error) throw result.error;
  return result.data;
}

/**
 * As storage-js's server decodes it: with `decodeURI`, which leaves reserved signs alone, so that they have to go as
 * they are; except the two that would end the path.
 */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}
