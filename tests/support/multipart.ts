import { type ClientRequest, request as httpRequest } from 'node:http';
import type { RawResponse } from './raw-request.ts';
import type { TestClient } from './test-client.ts';

/** The multipart boundary of every body built here. */
export const BOUNDARY = 'a-boundary-of-the-tests';
/** Path of the upload route. */
export const UPLOADS = '/api/support-chat/uploads';

export type Part = { name: string; filename?: string; type?: string; body: string | Uint8Array };

/** A multipart body: parts in this order, names exactly as given. */
export function multipart(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const pieces = parts.flatMap(({ name, filename, type, body }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const kind = type === undefined ? '' : `\r\nContent-Type: ${type}`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}${kind}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(body), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

/** The part with the file. */
export const filePart = (body: string | Uint8Array = 'hello', filename = 'note.txt'): Part => ({
  name: 'file',
  filename,
  type: 'text/plain',
  body,
});

/** Content-Type of these bodies. */
export const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Posts a body unchanged. @throws when no response begins */
export function postBody(
  client: TestClient,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  const type: Record<string, string> = { 'content-type': MULTIPART_TYPE };
  return client.raw({ method: 'POST', path: UPLOADS, headers: { ...type, ...headers }, body });
}

/** An upload whose body the test writes itself; `answer` rejects when no response comes. */
export function openUpload(
  client: TestClient,
  headers: Record<string, string> = {},
): { request: ClientRequest; answer: Promise<{ status: number; body: string; connection: string | undefined }> } {
  const request = httpRequest(`${client.url}${UPLOADS}`, {
    method: 'POST',
    agent: false,
    headers: { ...(client.cookie && { cookie: client.cookie }), 'content-type': MULTIPART_TYPE, ...headers },
  });
  const answer = new Promise<{ status: number; body: string; connection: string | undefined }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      const done = () => resolve({ status: response.statusCode ?? 0, body, connection: response.headers.connection });
      response.on('end', done).on('error', done);
    });
  });
  // A test that aborts does not await it.
  answer.catch(() => {});
  return { request, answer };
}

/** The file part up to the file's first byte. */
export const FILE_HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="note.txt"\r\nContent-Type: text/plain\r\n\r\n`;
