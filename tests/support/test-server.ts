import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createServer, type RunningServer, type ServerOptions } from '#server/create-server.ts';
import { loadConfig } from '#shared/config/private.ts';
import { type PersonName, people } from './people.ts';
import { TestClient } from './test-client.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly storageDir: string;
  readonly database: TestDatabase;
  readonly running: RunningServer;
  /** A client signed in as that user; signs in once per server. */
  as(person: PersonName): Promise<TestClient>;
  /** A client without a session. */
  anonymous(): TestClient;
  /** Stops the server and starts it again on the same port, as an update does. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export type TestServerOverrides = ServerOptions & {
  /** Environment settings (.env.example) that override those of the tests. */
  env?: Record<string, string>;
  /** A database to use instead of a new one; the caller closes it. */
  database?: TestDatabase;
  /** The data folder of another test server, for two instances of one installation. */
  dataDir?: string;
};

/** The product on a free port with its own database and local storage; pages are off unless `pages` is set. */
export async function startTestServer(overrides: TestServerOverrides = {}): Promise<TestServer> {
  const { env = {}, database: given, dataDir: givenDir, ...options } = overrides;
  const database = given ?? (await startTestDatabase());
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), 'attache-server-')));
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    AUTH_SECRET: 'a secret for tests, thirty-two characters and more',
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE_SECONDS: '5',
    // Tests of renditions turn them on; elsewhere they would cost time and add events.
    SUPPORT_CHAT_RENDITION_CONCURRENCY: '0',
    ...env,
  });
  const start = (port: number) =>
    createServer({ ...config, port, databaseUrl: database.url }, { pages: false, ...options });
  let running = await start(config.port);
  const clients = new Map<PersonName, Promise<TestClient>>();
  return {
    url: running.url,
    port: running.port,
    dataDir,
    storageDir: config.storage.local.dir,
    database,
    get running() {
      return running;
    },
    as(person) {
      const client = clients.get(person) ?? TestClient.signIn(running.url, people[person].email);
      clients.set(person, client);
      return client;
    },
    anonymous: () => new TestClient(running.url, null),
    async restart() {
      const { port } = running;
      await running.close();
      running = await start(port);
    },
    async close() {
      await running.close();
      if (!given) await database.close();
      if (!givenDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A server for the tests of this file or `describe`. Its fields are available in tests and hooks only. */
export function useServer(overrides: TestServerOverrides = {}): Omit<TestServer, 'close' | 'restart'> {
  let server: TestServer | undefined;
  beforeAll(async () => {
    server = await startTestServer(overrides);
  });
  afterAll(() => server?.close());
  const current = (): TestServer => {
    if (!server) throw new Error('The server of useServer() is available in tests and hooks only.');
    return server;
  };
  return {
    get url() {
      return current().url;
    },
    get port() {
      return current().port;
    },
    get dataDir() {
      return current().dataDir;
    },
    get storageDir() {
      return current().storageDir;
    },
    get database() {
      return current().database;
    },
    get running() {
      return current().running;
    },
    as: (person) => current().as(person),
    anonymous: () => current().anonymous(),
  };
}
