import type { IncomingMessage } from 'node:http';
import { respondBeforeBody } from '#shared/http/body-watch.ts';
import { toChatError, toHttpResponse } from '#shared/http/error-response.ts';
import { errorResponse, type HttpResponse } from '#shared/http/http-response.ts';
import { BodyCutShortError } from '#shared/http/read-multipart.ts';
import { sendResponse } from '#shared/http/send-node.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { Log } from '#shared/log/log.ts';
import type { Exchange, Route } from './route.ts';

const MAX_LOGGED_PATH = 200;

/** Parse has named the input; then guard, handle, and map: the one place where an error becomes a response. */
export async function runRoute<Input, Caller>(
  route: Route<Input, Caller>,
  input: Input,
  exchange: Exchange,
  log: Log,
): Promise<void> {
  const method = exchange.request.method ?? 'GET';
  let response: HttpResponse | null;
  try {
    if (route.methods !== null && !route.methods.includes(method)) {
      const headers = { Allow: route.methods.join(', ') };
      response = route.methodNotAllowed ?? errorResponse('METHOD_NOT_ALLOWED', { headers });
    } else {
      response = await route.handle(exchange, input, await route.guard(exchange, input));
    }
  } catch (error) {
    response = responseOf(error, exchange, log);
  }
  await respond(exchange, route.finish ? route.finish(exchange, response) : response);
}

/** Sends a response whole. One that leaves a body unread closes the connection, which cannot serve another request. */
export async function respond(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  answer: HttpResponse | null,
): Promise<void> {
  if (answer === null) {
    // Sent already; or nothing is sent, as by a broken line: whoever sends in pieces comes back and asks how far it got.
    if (!response.headersSent) response.destroy();
  } else if (response.headersSent) {
    // One that has begun cannot be changed: the connection is destroyed, so that nobody takes it for complete.
    response.destroy();
  } else if (request.complete || !hasBody(request)) {
    await sendResponse(response, answer);
  } else {
    await respondBeforeBody(request, response, answer);
  }
}

/** Null when nobody waits for a response any more. A fault of ours is logged and told as such, without a reason. */
function responseOf(error: unknown, { response, path }: Exchange, log: Log): HttpResponse | null {
  // A sender who hangs up in the middle of a body is nobody's failure, and must not fill the log.
  if (error instanceof BodyCutShortError || (response.destroyed && isHangUp(error))) return null;
  const known = toChatError(error);
  if (known === null) {
    log.error({ err: error }, 'a request failed');
    return errorResponse('INTERNAL_ERROR');
  }
  if (known.code === 'SERVICE_UNAVAILABLE') {
    const isStorage = known.cause instanceof StorageUnavailableError;
    const fields = { err: known.cause ?? known, path: path.slice(0, MAX_LOGGED_PATH) };
    log.warn(fields, isStorage ? 'the storage does not deliver' : 'the database does not answer');
  }
  return response.destroyed ? null : toHttpResponse(known);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** What Node makes of a request that is cut off, for whoever was reading its body. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET';
}
