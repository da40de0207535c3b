import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { limitBodyTime } from '#shared/http/body-watch.ts';
import { clientAddress, type TrustedProxies } from '#shared/http/client-address.ts';
import { errorResponse, type HttpResponse, NOT_FOUND_RESPONSE } from '#shared/http/http-response.ts';
import { isForeignOrigin } from '#shared/http/same-origin.ts';
import type { Log } from '#shared/log/log.ts';
import { CLIENT_ADDRESS_HEADER, type Route } from './route.ts';
import { respond, runRoute } from './run-route.ts';

const MAX_LATE_BODY_SECONDS = 5;
/** Room for a `Range` of some thousand ranges, which is answered with the whole file (docs/http-contract.md). */
const MAX_HEADER_BYTES = 64 * 1024;

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ListenerParts {
  appUrl: string;
  trustedProxies: TrustedProxies;
  routes: readonly Route[];
  /** Null: this process serves the API alone. */
  pages: PageHandler | null;
  log: Log;
}

/**
 * The front door: everything below `/api/` is ours and never enters Next, whose handlers would drop Content-Length and
 * cut bodies at 10 MiB (docs/decisions/001); the rest is pages.
 */
export function createListener(parts: ListenerParts): Server {
  const server = createHttpServer({
    keepAliveTimeout: 65_000,
    headersTimeout: 30_000,
    requestTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Next listens for upgrades, and would keep whoever offers h2c (Java, curl --http2) waiting for ever. RFC 9110, 7.8:
    // an upgrade may be ignored.
    shouldUpgradeCallback: () => false,
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    handle(parts, request, response).catch((err) => {
      parts.log.error({ err }, 'a request failed');
      response.destroy();
    });
  };
  server.on('request', onRequest);
  // With a listener of our own, a refusal costs the sender no byte of the body.
  server.on('checkContinue', onRequest);
  // What is no HTTP gets the shortest answer there is; the default would keep the socket half open.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${statusOfClientError(error.code)}\r\nConnection: close\r\n\r\n`);
  });
  return server;
}

/** RFC 9110, 15.5.9; RFC 6585, 5. */
function statusOfClientError(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
}

async function handle(parts: ListenerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = splitTarget(request.url ?? '/');
  // A body that fails while nobody reads it must not end the process.
  request.on('error', () => {});
  const { method = 'GET', headers } = request;
  const address = clientAddress(request.socket.remoteAddress, single(headers['x-forwarded-for']), parts.trustedProxies);
  headers[CLIENT_ADDRESS_HEADER] = address;
  // `OPTIONS *` names no page (RFC 9110, 7.1).
  if (pathname === '*') return respond({ request, response }, NOT_FOUND_RESPONSE);
  if (!pathname.startsWith('/api/') && pathname !== '/api') return servePage(parts, request, response);

  const facts = { method, origin: headers.origin, secFetchSite: single(headers['sec-fetch-site']) };
  if (isForeignOrigin(facts, parts.appUrl)) return respond({ request, response }, errorResponse('ORIGIN_NOT_ALLOWED'));
  const acceptBody = () => {
    if (headers.expect !== undefined && !response.headersSent) response.writeContinue();
  };
  const query = new URLSearchParams(search);
  for (const route of parts.routes) {
    const input = route.parse(pathname, query);
    if (input === null) continue;
    await runRoute(route, input, { request, response, path: pathname, clientAddress: address, acceptBody }, parts.log);
    // Node reads what is left of the body of an answered request, as slowly as it comes.
    if (response.writableFinished) limitBodyTime(request, MAX_LATE_BODY_SECONDS);
    return;
  }
  await respond({ request, response }, NOT_FOUND_RESPONSE);
}

/** A form that was sent before its script was there: the page is shown again (RFC 9110, 15.4.4). */
function seeOther(location: string): HttpResponse {
  return { status: 303, headers: { Location: location, 'Cache-Control': 'no-store', 'Content-Length': '0' }, body: '' };
}

const PAGES_ARE_READ = errorResponse('METHOD_NOT_ALLOWED', { headers: { Allow: 'GET, HEAD' } });

/** Next takes `/./api` and `/x/../api` for `/api`, and would answer with the fallback route that our own is to replace. */
function leadsToApi(pathname: string): boolean {
  const address = `http://page${pathname}`;
  return URL.canParse(address) && new URL(address).pathname.startsWith('/api/');
}

async function servePage(parts: ListenerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, target } = splitTarget(request.url ?? '/');
  if (parts.pages === null || leadsToApi(pathname)) return respond({ request, response }, NOT_FOUND_RESPONSE);
  // No page of ours takes a body; Next would read one, as slowly as it comes, and look for a function to call with it.
  if (request.method === 'POST') return respond({ request, response }, seeOther(new URL(parts.appUrl).origin + target));
  if (request.method !== 'GET' && request.method !== 'HEAD') return respond({ request, response }, PAGES_ARE_READ);
  const elsewhere = otherLoopbackName(request, parts.appUrl);
  if (elsewhere !== null) {
    response.writeHead(307, { Location: elsewhere, 'Cache-Control': 'no-store' }).end();
    return;
  }
  await parts.pages(request, response);
}

/**
 * `localhost` and `127.0.0.1` are two origins to a browser, and only one of them may change anything. Whoever types
 * the other is led to it, instead of meeting a sign-in form that refuses them.
 */
function otherLoopbackName(request: IncomingMessage, appUrl: string): string | null {
  const host = request.headers.host;
  const target = new URL(appUrl);
  if (host === undefined || host === target.host || request.method !== 'GET') return null;
  const name = host.replace(/:\d+$/, '');
  const bothLoopback = LOOPBACK_NAMES.has(name) && LOOPBACK_NAMES.has(target.hostname);
  if (!bothLoopback || host.slice(name.length) !== target.host.slice(target.hostname.length)) return null;
  return `${target.origin}${splitTarget(request.url ?? '/').target}`;
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Clients of a proxy send the absolute form, which every server must take: RFC 9112, 3.2.2. */
function splitTarget(sent: string): { target: string; pathname: string; search: string } {
  const target = sent.startsWith('/') ? sent : sent.replace(/^https?:\/\/[^/?#]*/i, '');
  const question = target.indexOf('?');
  return question < 0
    ? { target, pathname: target, search: '' }
    : { target, pathname: target.slice(0, question), search: target.slice(question + 1) };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
