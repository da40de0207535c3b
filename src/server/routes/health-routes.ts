import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Pool } from 'pg';
import type { Exchange, Route } from '#server/http/route.ts';
import { VERSION } from '#shared/config/version.ts';
import { errorResponse, jsonResponse, NOT_FOUND_RESPONSE } from '#shared/http/http-response.ts';
import { sendResponse } from '#shared/http/send-node.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

/** RFC 6750, 3. Prometheus shows the status, so whoever set it up reads what is wrong. */
const TOKEN_WANTED = errorResponse('UNAUTHORIZED', {
  message: 'Send the token of METRICS_TOKEN.',
  headers: { 'WWW-Authenticate': 'Bearer' },
});

const READY_TIMEOUT_MS = 4000;

/** `GET /api/health`: the process answers, and says which version it is. */
export class HealthRoute implements Route {
  matches(path: string): boolean {
    return path === '/api/health';
  }

  async handle({ request, response }: Exchange): Promise<void> {
    const answer = jsonResponse(200, { status: 'ok', version: VERSION });
    await sendResponse(response, refuseOtherMethods(request.method) ?? answer);
  }
}

/** `GET /api/ready`: database and storage answer; 503 names which does not, and nothing more of it. */
export class ReadyRoute implements Route {
  readonly #pool: Pool;
  readonly #storage: FileStorage;
  #underway: Promise<Record<string, boolean>> | null = null;

  constructor(pool: Pool, storage: FileStorage) {
    this.#pool = pool;
    this.#storage = storage;
  }

  matches(path: string): boolean {
    return path === '/api/ready';
  }

  async handle({ request, response }: Exchange): Promise<void> {
    const refused = refuseOtherMethods(request.method);
    if (refused) {
      await sendResponse(response, refused);
      return;
    }
    // Anybody may ask, so any number of askers share one check.
    this.#underway ??= this.#check().finally(() => {
      this.#underway = null;
    });
    const checks = await this.#underway;
    const failing = Object.keys(checks).filter((name) => !checks[name]);
    const state = Object.fromEntries(Object.entries(checks).map(([name, ok]) => [name, ok ? 'ok' : 'unavailable']));
    await sendResponse(
      response,
      failing.length === 0
        ? jsonResponse(200, { status: 'ready', ...state })
        : jsonResponse(503, { status: 'unavailable', failing, ...state }, { 'Retry-After': '5' }),
    );
  }

  async #check(): Promise<Record<string, boolean>> {
    const [database, storage] = await Promise.all([
      answersInTime(this.#pool.query('SELECT 1')),
      answersInTime(this.#storage.check({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) })),
    ]);
    return { database, storage };
  }
}

/** `GET /api/metrics`: Prometheus text, for the bearer of the token, or for loopback when there is none. */
export class MetricsRoute implements Route {
  readonly #metrics: Metrics;
  readonly #token: string | null;

  constructor(metrics: Metrics, token: string | null) {
    this.#metrics = metrics;
    this.#token = token;
  }

  matches(path: string): boolean {
    return path === '/api/metrics';
  }

  async handle({ request, response, clientAddress }: Exchange): Promise<void> {
    const refused = refuseOtherMethods(request.method);
    if (refused) {
      await sendResponse(response, refused);
      return;
    }
    if (!this.#mayRead(request, clientAddress)) {
      await sendResponse(response, this.#token === null ? NOT_FOUND_RESPONSE : TOKEN_WANTED);
      return;
    }
    const body = await this.#metrics.registry.metrics();
    const headers = { 'Content-Type': this.#metrics.registry.contentType, 'Cache-Control': 'no-store' };
    await sendResponse(response, { status: 200, headers, body });
  }

  #mayRead({ headers }: IncomingMessage, clientAddress: string): boolean {
    if (this.#token === null) {
      // A proxy on the same host makes everybody look like loopback, unless it says that it forwards.
      const isForwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers['x-real-ip'];
      return isForwarded === undefined && (clientAddress === '127.0.0.1' || clientAddress === '::1');
    }
    // The name of a scheme has no case: RFC 9110, 11.1.
    const given = Buffer.from(/^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '');
    const expected = Buffer.from(this.#token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function refuseOtherMethods(method: string | undefined) {
  if (method === 'GET' || method === 'HEAD') return null;
  return errorResponse('METHOD_NOT_ALLOWED', { headers: { Allow: 'GET, HEAD' } });
}

async function answersInTime(work: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), READY_TIMEOUT_MS).unref();
  });
  return Promise.race([work.then(() => true).catch(() => false), timeout]);
}
