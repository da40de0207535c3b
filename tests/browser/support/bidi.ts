/** Network events, as far as tests read them (https://w3c.github.io/webdriver-bidi/#module-network). */
type Header = { name: string; value: { type: string; value: string } };
type ResponseStarted = {
  request: { url: string; headers: Header[] };
  response: { status: number; headers: Header[] };
};

type Incoming = {
  type: 'success' | 'error' | 'event';
  id?: number;
  result?: unknown;
  error?: string;
  message?: string;
  method?: string;
  params?: unknown;
};

/** A response a page received. Header names are lower-case. */
export interface BidiResponse {
  url: string;
  status: number;
  requestHeaders: Record<string, string>;
  headers: Record<string, string>;
}

/** The part of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) that tests need to drive Firefox. */
export class BidiConnection {
  readonly answers: BidiResponse[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The browser closed the connection.'));
      this.#waiting.clear();
    });
  }

  /** @throws when the connection fails */
  static async connect(url: string): Promise<BidiConnection> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`No BiDi at ${url}`)), { once: true });
    });
    return new BidiConnection(socket);
  }

  /** @throws the error the browser returns */
  send(method: string, params: Record<string, unknown>): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Incoming): void {
    if (message.type === 'event') {
      if (message.method === 'network.responseStarted') this.#note(message.params as ResponseStarted);
      return;
    }
    const waiting = this.#waiting.get(message.id ?? -1);
    this.#waiting.delete(message.id ?? -1);
    if (message.type === 'success') waiting?.resolve(message.result);
    else waiting?.reject(new Error(`${message.error}: ${message.message}`));
  }

  #note({ request, response }: ResponseStarted): void {
    this.answers.push({
      url: request.url,
      status: response.status,
      requestHeaders: toRecord(request.headers),
      headers: toRecord(response.headers),
    });
  }
}

function toRecord(headers: readonly Header[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value.value]));
}
