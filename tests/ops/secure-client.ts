import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { filePart, MULTIPART_TYPE, multipart } from '#tests/support/multipart.ts';
import { PASSWORD } from '#tests/support/people.ts';

export interface SecureAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface SecureRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** One browser that speaks HTTP/2 over TLS to a proxy, and believes its certificate. */
export class SecureClient {
  readonly origin: string;
  readonly #session: ClientHttp2Session;
  cookie = '';

  private constructor(origin: string, session: ClientHttp2Session) {
    this.origin = origin;
    this.#session = session;
  }

  /** @throws when there is no TLS, or no HTTP/2 behind it */
  static async connect(origin: string): Promise<SecureClient> {
    const session = connect(origin, { rejectUnauthorized: false });
    await once(session, 'connect');
    session.on('error', () => undefined);
    if (session.alpnProtocol !== 'h2') throw new Error(`${origin} speaks ${session.alpnProtocol}`);
    return new SecureClient(origin, session);
  }

  close(): void {
    this.#session.destroy();
  }

  /** The request without its end: `stream` takes the body, `answer` comes when it is whole. */
  open({ method = 'GET', path, headers = {} }: SecureRequest, hasBody: boolean) {
    const stream = this.#session.request(
      { ':method': method, ':path': path, origin: this.origin, cookie: this.cookie, ...headers },
      { endStream: !hasBody },
    );
    const answer = new Promise<SecureAnswer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let received: SecureAnswer['headers'] = {};
      stream.on('response', (fields) => {
        received = fields as SecureAnswer['headers'];
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        resolve({ status: Number(received[':status']), headers: received, body: Buffer.concat(chunks) });
      });
      stream.on('error', reject);
    });
    answer.catch(() => undefined);
    return { stream, answer };
  }

  ask(request: SecureRequest): Promise<SecureAnswer> {
    const { stream, answer } = this.open(request, request.body !== undefined);
    if (request.body !== undefined) stream.end(request.body);
    return answer;
  }

  async signIn(email: string): Promise<SecureAnswer> {
    const answer = await this.ask({
      method: 'POST',
      path: '/api/auth/sign-in/email',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    this.cookie = [answer.headers['set-cookie']]
      .flat()
      .map((line) => line?.split(';')[0])
      .join('; ');
    return answer;
  }

  async mutate(procedure: string, input: object): Promise<Record<string, unknown>> {
    const answer = await this.ask({
      method: 'POST',
      path: `/api/trpc/${procedure}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    if (answer.status !== 200) throw new Error(`${procedure}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body.toString()).result.data;
  }

  /** An upload that stops half way until `finish` is called. */
  startUpload(bytes: Uint8Array) {
    const body = multipart([filePart(bytes, 'big.txt')]);
    const headers = { 'content-type': MULTIPART_TYPE, 'content-length': String(body.length) };
    const { stream, answer } = this.open({ method: 'POST', path: '/api/support-chat/uploads', headers }, true);
    const half = Math.floor(body.length / 2);
    stream.write(body.subarray(0, half));
    return { answer, finish: () => stream.end(body.subarray(half)) };
  }
}
