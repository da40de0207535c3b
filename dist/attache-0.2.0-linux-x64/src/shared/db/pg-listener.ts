import pg from 'pg';

export interface PgListenerOptions {
  databaseUrl: string;
  channels: readonly string[];
  onNotification(channel: string, payload: string): void;
  /** After every connect, the first included: what was announced meanwhile was missed and has to be looked up. */
  onListening(): void;
  onLost?(error: Error): void;
  applicationName?: string;
}

const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

/**
 * One connection that listens, outside any pool, because LISTEN belongs to a connection. Comes back by itself with
 * growing pauses; a connection that died without a word is found out by a probe. Needs a direct connection or a pooler
 * in session mode: PgBouncer's transaction mode knows no LISTEN.
 */
export class PgListener {
  readonly #options: PgListenerOptions;
  #client: pg.Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #probe: NodeJS.Timeout | null = null;
  #retryMs = SHORTEST_RETRY_MS;
  #closed = false;

  constructor(options: PgListenerOptions) {
    this.#options = options;
  }

  /** Resolves when it listens, or when the first attempt failed and the next one is planned. */
  async start(): Promise<void> {
    await this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const client = this.#release();
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { databaseUrl, channels, applicationName = 'attache-events' } = this.#options;
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
      application_name: applicationName,
    });
    this.#client = client;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    client.on('notification', ({ channel, payload }) => this.#options.onNotification(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#lose(client, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.#client !== client) return;
    this.#retryMs = SHORTEST_RETRY_MS;
    this.#probe = setInterval(() => {
      client.query('SELECT 1').catch((error: Error) => this.#lose(client, error));
    }, PROBE_EVERY_MS).unref();
    this.#options.onListening();
  }

  /** Told once per connection, whichever of error, end and probe comes first. */
  #lose(client: pg.Client, error: Error): void {
    if (this.#client !== client) return;
    this.#release();
    client.end().catch(() => undefined);
    if (this.#closed) return;
    this.#options.onLost?.(error);
    // Jitter, so that the instances do not all come back in the same moment.
    this.#retry = setTimeout(() => void this.#connect(), this.#retryMs * (0.5 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #release(): pg.Client | null {
    const client = this.#client;
    this.#client = null;
    if (this.#probe) clearInterval(this.#probe);
    this.#probe = null;
    return client;
  }
}
