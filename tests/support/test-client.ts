import { PASSWORD } from './people.ts';
import { type RawRequest, type RawResponse, rawRequest } from './raw-request.ts';

/** A tRPC error, by its code (docs/api.md). */
export class TrpcRefusal extends Error {
  override readonly name = 'TrpcRefusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
    this.status = status;
  }
}

export type UploadFields = {
  bytes: Uint8Array | string;
  name?: string;
  type?: string;
  dialogId?: string;
  signal?: AbortSignal;
};

export type UploadedAttachment = {
  id: string;
  name: string;
  mimeType: string;
  sizeBytes: number;
  kind: string;
  url: string;
  thumbnailUrl: string | null;
  previewUrl: string | null;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  status: string;
  dialogId: string;
};

type TrpcBody = { result?: { data?: unknown }; error?: { message: string; data?: { code?: string } } };

/** A client of one server, with or without a session. */
export class TestClient {
  readonly url: string;
  readonly cookie: string | null;

  constructor(url: string, cookie: string | null) {
    this.url = url;
    this.cookie = cookie;
  }

  /** @throws when the server refuses the sign-in */
  static async signIn(url: string, email: string, password = PASSWORD): Promise<TestClient> {
    const response = await fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`Sign-in of ${email} answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return new TestClient(url, cookie);
  }

  /** Adds the session cookie and, unless given, the server's `Origin`. Does not follow redirects. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookie && !headers.has('cookie')) headers.set('cookie', this.cookie);
    if (!headers.has('origin')) headers.set('origin', this.url);
    return fetch(new URL(path, this.url), { redirect: 'manual', ...init, headers });
  }

  /** Over node:http: header names, path and method are sent exactly as given. */
  raw(request: RawRequest): Promise<RawResponse> {
    const cookie: Record<string, string> = this.cookie ? { cookie: this.cookie } : {};
    return rawRequest(this.url, { ...request, headers: { ...cookie, ...request.headers } });
  }

  /** Calls a query. @throws TrpcRefusal */
  async query<Output = unknown>(procedure: string, input: unknown = {}): Promise<Output> {
    const path = `/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
    return readTrpc(await this.fetch(path));
  }

  /** Calls a mutation. @throws TrpcRefusal */
  async mutate<Output = unknown>(procedure: string, input: unknown = {}): Promise<Output> {
    const response = await this.fetch(`/api/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return readTrpc(response);
  }

  /** Uploads a file and returns the response, whatever its status. */
  postUpload({ bytes, name = 'file.bin', type = '', dialogId, signal }: UploadFields): Promise<Response> {
    const form = new FormData();
    if (dialogId !== undefined) form.set('dialogId', dialogId);
    // A copy, because FormData accepts no shared buffer.
    form.set('file', new File([typeof bytes === 'string' ? bytes : Uint8Array.from(bytes)], name, { type }));
    return this.fetch('/api/support-chat/uploads', { method: 'POST', body: form, signal });
  }

  /** Uploads a file. @throws unless the status is 201 */
  async upload(fields: UploadFields): Promise<UploadedAttachment> {
    const response = await this.postUpload(fields);
    if (response.status !== 201) throw new Error(`Upload answered ${response.status}: ${await response.text()}`);
    const body = (await response.json()) as { attachment: UploadedAttachment };
    return body.attachment;
  }
}

async function readTrpc<Output>(response: Response): Promise<Output> {
  const body = (await response.json()) as TrpcBody;
  if (body.error) throw new TrpcRefusal(body.error.data?.code ?? 'UNKNOWN', response.status, body.error.message);
  return body.result?.data as Output;
}
