import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { RawResponse } from './raw-request.ts';
import type { TestClient } from './test-client.ts';

/** Path of the resumable uploads. */
export const TUS_PATH = '/api/support-chat/uploads/resumable';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The value of `Upload-Metadata`. */
export function tusMetadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(',');
}

/** Single tus requests, also invalid ones that no client library sends. */
export class TusRequests {
  readonly #client: TestClient;

  constructor(client: TestClient) {
    this.#client = client;
  }

  send(method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array): Promise<RawResponse> {
    const isChunked = 'transfer-encoding' in headers;
    const length: Record<string, string> = body && !isChunked ? { 'content-length': String(body.length) } : {};
    return this.#client.raw({
      method,
      path,
      headers: { 'tus-resumable': '1.0.0', ...length, ...headers },
      ...(body && { body }),
    });
  }

  /** Creates an upload. @returns its address */
  async create(lengthBytes: number, metadata: Record<string, string> = {}): Promise<string> {
    const filename = `${randomUUID()}.txt`;
    const answer = await this.send('POST', TUS_PATH, {
      'upload-length': String(lengthBytes),
      'upload-metadata': tusMetadata({ filename, ...metadata }),
    });
    if (answer.status !== 201) throw new Error(`Creation answered ${answer.status}: ${answer.body.toString()}`);
    return answer.headers.location ?? '';
  }

  patch(path: string, offset: number, body: Uint8Array): Promise<RawResponse> {
    return this.send('PATCH', path, { ...OFFSET_STREAM, 'upload-offset': String(offset) }, body);
  }

  async offset(path: string): Promise<number> {
    return Number((await this.send('HEAD', path)).headers['upload-offset'] ?? Number.NaN);
  }

  /** Sends part of a longer body and keeps the connection open; `cut` destroys it. */
  begin(
    path: string,
    offset: number,
    announcedBytes: number,
    bytes: Uint8Array,
  ): { cut: () => void; ended: Promise<void> } {
    const ended = Promise.withResolvers<void>();
    const request = httpRequest(new URL(path, this.#client.url), {
      method: 'PATCH',
      agent: false,
      headers: {
        ...OFFSET_STREAM,
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        'content-length': String(announcedBytes),
        ...(this.#client.cookie && { cookie: this.#client.cookie }),
      },
    });
    request.on('error', () => {});
    request.on('response', (response) => response.resume());
    request.on('close', () => ended.resolve());
    request.write(bytes);
    return { cut: () => request.destroy(), ended: ended.promise };
  }
}

const OFFSET_STREAM = { 'content-type': 'application/offset+octet-stream' };
