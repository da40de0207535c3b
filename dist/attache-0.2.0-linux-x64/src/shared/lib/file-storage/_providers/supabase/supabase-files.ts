import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { StorageClient } from '@supabase/storage-js';
import type { PutBody } from '../../_model/put-body.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import type { SupabaseStorageSettings } from '../../storage-settings.ts';
import { causeOf } from './supabase-errors.ts';
import { SupabaseTransport } from './supabase-transport.ts';

export interface SupabaseCall {
  signal?: AbortSignal | undefined;
  /** Value of a Range header. */
  range?: string | undefined;
  /** Sent in place of the body that storage-js was given. */
  body?: PutBody;
}

/**
 * storage-js over our own transport, one short-lived client for each call: the library knows addresses, fields and
 * errors of the protocol, yet hands on neither headers of an answer nor a Range header of a request.
 */
export class SupabaseFiles {
  readonly bucket: string;
  readonly transport: SupabaseTransport;
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(settings: SupabaseStorageSettings, timeoutMs?: number) {
    this.bucket = settings.bucket;
    this.#url = `${settings.url.replace(/\/+$/, '')}/storage/v1`;
    this.#headers = { apikey: settings.serviceRoleKey, authorization: `Bearer ${settings.serviceRoleKey}` };
    this.transport = new SupabaseTransport(settings.url, timeoutMs, settings.maxConnections);
  }

  /** Address of an object as its signed links have it. */
  signedAddress(path: string, token: string): URL {
    const url = new URL(`${this.#url}/object/sign/${this.bucket}/${encodePath(path)}`);
    url.searchParams.set('token', token);
    return url;
  }

  client(call: SupabaseCall = {}): StorageClient {
    return new StorageClient(this.#url, this.#headers, async (input, init) => {
      const answer = await this.#send(String(input), init, call);
      return new Response((await this.#readText(answer)) || null, {
        status: answer.statusCode ?? 500,
        headers: { 'content-type': 'application/json' },
      });
    });
  }

  /** Resolves with the answer itself, its body unread. @throws the error of storage-js, or what the transport throws */
  async download(path: string, call: SupabaseCall): Promise<IncomingMessage> {
    let raw: IncomingMessage | undefined;
    const client = new StorageClient(this.#url, this.#headers, async (input, init) => {
      const answer = await this.#send(String(input), init, call);
      const status = answer.statusCode ?? 500;
      if (status >= 400) return new Response(await this.#readText(answer), { status });
      raw = answer;
      return new Response(null, { status });
    });
    const { error } = await client.from(this.bucket).download(encodePath(path)).asStream();
    if (error) throw causeOf(error);
    if (!raw) throw new TypeError('storage-js sent no request');
    return raw;
  }

  async #readText(answer: IncomingMessage): Promise<string> {
    const late = new StorageUnavailableError('the storage did not answer in time');
    const timer = setTimeout(() => answer.destroy(late), this.transport.timeoutMs);
    try {
      return await text(answer);
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(url: string, init: RequestInit | undefined, call: SupabaseCall): Promise<IncomingMessage> {
    const headers = Object.fromEntries(new Headers(init?.headers));
    if (call.range) headers.range = call.range;
    const request = { method: init?.method ?? 'GET', url, headers, signal: call.signal };
    if (call.body) return this.transport.upload(request, call.body);
    const body = init?.body;
    return this.transport.request(typeof body === 'string' ? { ...request, body } : request);
  }
}

/**
 * As storage-js's server decodes it: with `decodeURI`, which leaves reserved signs alone, so that they have to go as
 * they are; except the two that would end the path.
 */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}
