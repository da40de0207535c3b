import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Pool } from 'pg';
import type { Route } from '#server/http/route.ts';
import { VERSION } from '#shared/config/version.ts';
import { errorResponse, type HttpResponse, jsonResponse, NOT_FOUND_RESPONSE } from '#shared/http/http-response.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

/** RFC 6750, 3. Prometheus shows the status, so whoever set it up reads what is wrong. */
const TOKEN_WANTED = errorResponse('UNAUTHORIZED', {
  message: 'Send the token of METRICS_TOKEN.',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

const READY_TIMEOUT_MS = 4000;

/** An address that is read by anybody. */
function openRoute(
  address: string,
  handle: (request: IncomingMessage, clientAddress: string) => Promise<HttpResponse>,
): Route<true, void> {
  return {
    methods: ['GET', 'HEAD'],
    parse: (path) => (path === address ? true : null),
    guard: async () => {},
    handle: ({ request, clientAddress }) => handle(request, clientAddress),
  };
}

/** `GET /api/health`: the process answers, and says which version it is. */
export function healthRoute(): Route<true, void> {
  return openRoute('/api/health', async () => jsonResponse(200, { status: 'ok', version: VERSION }));
}

/** `GET /api/ready`: database and storage answer; 503 names which does not, and nothing more of it. */
export function readyRoute(pool: Pool, storage: FileStorage): Route<true, void> {
  let underway: Promise<Record<string, boolean>> | null = null;
  return openRoute('/api/ready', async () => {
    // Anybody may ask, so any number of askers share one check.
    underway ??= checkAll(pool, storage).finally(() => {
      underway = null;
    });
    const checks = await underway;
    const failing = Object.keys(checks).filter((name) => !checks[name]);
    const state = Object.fromEntries(Object.entries(checks).map(([name, ok]) => [name, ok ? 'ok' : 'unavailable']));
    return failing.length === 0
      ? jsonResponse(200, { status: 'ready', ...state })
      : jsonResponse(503, { status: 'unavailable', failing, ...state }, { 'Retry-After': '5' });
  });
}

async function checkAll(pool: Pool, storage: FileStorage): Promise<Record<string, boolean>> {
  const [database, files] = await Promise.all([
    answersInTime(pool.query('SELECT 1')),
    answersInTime(storage.check({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) })),
  ]);
  return { database, storage: files };
}

/** `GET /api/metrics`: Prometheus text, for the bearer of the token, or for loopback when there is none. */
export function metricsRoute({ registry }: Metrics, token: string | null): Route<true, void> {
  return openRoute('/api/metrics', async (request, clientAddress) => {
    if (token === null && !isLoopback(request, clientAddress)) return NOT_FOUND_RESPONSE;
    if (token !== null && !hasToken(request, token)) return TOKEN_WANTED;
    const headers = { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' };
    return { status: 200, headers, body: await registry.metrics() };
  });
}

/** A proxy on the same host makes everybody look like loopback, unless it says that it forwards. */
function isLoopback({ headers }: IncomingMessage, clientAddress: string): boolean {
  const isForwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers['x-real-ip'];
  return isForwarded === undefined && (clientAddress === '127.0.0.1' || clientAddress === '::1');
}

/** The name of a scheme has no case: RFC 9110, 11.1. */
function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(/^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '');
  const expected = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function answersInTime(work: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), READY_TIMEOUT_MS).unref();
  });
  return Promise.race([work.then(() => true).catch(() => false), timeout]);
}
