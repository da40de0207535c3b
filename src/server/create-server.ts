import type { Server } from 'node:http';
import type { Config } from '#shared/config/private.ts';
import { originOf } from '#shared/config/private.ts';
import { parseTrustedProxies } from '#shared/http/client-address.ts';
import { createLog, type Log } from '#shared/log/log.ts';
import { freePort } from '#shared/net/ports.ts';
import { type Composition, compose } from './composition.ts';
import { createListener } from './http/listener.ts';
import type { Route } from './http/route.ts';
import { preparePages } from './pages.ts';
import { archiveRoute } from './routes/archive-route.ts';
import { attachmentRoute } from './routes/attachment-route.ts';
import { authRoute } from './routes/auth-route.ts';
import { eventsRoute } from './routes/events-route.ts';
import { healthRoute, metricsRoute, readyRoute } from './routes/health-routes.ts';
import { trpcRoute } from './routes/trpc-route.ts';
import { resumableRoute, uploadRoute } from './routes/upload-routes.ts';

export interface RunningServer {
  /** The origin that browsers use. */
  url: string;
  port: number;
  composition: Composition;
  /** Stops accepting, lets open downloads finish within the grace, then closes what the server opened. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** False: the API alone, without Next. */
  pages?: boolean;
  log?: Log;
  /** What has to be there before the first request is taken. */
  beforeListening?: (composition: Composition) => Promise<void>;
}

/** A database or storage that hangs is not waited for: whoever stops the server is about to end the process. */
const MAX_CLOSING_MS = 10_000;

/** A configuration whose database is known: the embedded one has been started by the caller. */
export type ServerConfig = Config & { databaseUrl: string };

/**
 * Puts the product together and listens. With port 0 the system chooses one, and the origin follows it.
 * @throws when the port is taken, or the database does not answer.
 */
export async function createServer(config: ServerConfig, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel);
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const settled = { ...config, port, appUrl: config.appUrlIsSet ? config.appUrl : originOf(config.host, port) };
  const composition = await compose(settled, log);
  try {
    const pages = options.pages === false ? null : await preparePages(settled, composition);
    const server = createListener({
      appUrl: settled.appUrl,
      trustedProxies: parseTrustedProxies(settled.trustedProxies),
      routes: createRoutes(settled, composition),
      pages: pages?.handler ?? null,
      log,
    });
    await options.beforeListening?.(composition);
    await listen(server, settled.host, port);
    const close = onceOnly(async () => {
      await drain(server, composition, settled.shutdownGraceSeconds * 1000);
      await pages?.close();
      await closeInTime(composition, log);
    });
    return { url: settled.appUrl, port, composition, close };
  } catch (error) {
    await composition.close();
    throw error;
  }
}

function createRoutes(config: ServerConfig, parts: Composition): Route[] {
  const { chat, actors, cookie, metrics, log } = parts;
  const chatRoutes = [
    // The hottest address first.
    attachmentRoute(chat.delivery, cookie, metrics),
    trpcRoute(chat.router, actors, log),
    eventsRoute(chat.events, actors),
    uploadRoute(chat.receiveUpload, actors, metrics),
    resumableRoute(chat.tus, actors, metrics),
    archiveRoute(chat.archive, actors),
  ];
  return [
    ...(config.supportChat.enabled ? chatRoutes : []),
    authRoute(parts.auth, config.appUrl, cookie),
    healthRoute(),
    readyRoute(parts.pool, parts.storages.current),
    metricsRoute(metrics, config.metricsToken),
  ];
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Event streams and uploads in pieces end at once, since they are carried on; downloads and uploads get the grace. */
async function drain(server: Server, composition: Composition, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  composition.chat.events.streams.closeAll();
  composition.chat.uploadLocks.interruptAll();
  server.closeIdleConnections();
  // A connection that becomes idle during the drain would otherwise be kept alive for its next request.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

async function closeInTime(composition: Composition, log: Log): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), MAX_CLOSING_MS);
  const closed = composition.close();
  // It may fail when nobody listens any more.
  closed.catch(() => {});
  if ((await Promise.race([closed, late])) === 'late')
    log.warn({}, 'what the server opened could not be closed in time');
  clearTimeout(timer);
}

function onceOnly(work: () => Promise<void>): () => Promise<void> {
  let underway: Promise<void> | null = null;
  return () => {
    underway ??= work();
    return underway;
  };
}
