import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpResponse } from '#shared/http/http-response.ts';

/** Set on every request by the listener, after any value a client sent under this name was dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-attache-client-address';

/** What every route gets: the parsed address and the client's address, worked out once. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path as sent, still percent-encoded. */
  path: string;
  clientAddress: string;
  /** Tells a sender who waits with `Expect: 100-continue` that the body is wanted (RFC 9110, 10.1.1). */
  acceptBody(): void;
}

/**
 * One address of `/api`, in the steps of `runRoute`: parse, guard, handle. What any of them throws becomes a response
 * there, so a route only says what it refuses.
 */
export interface Route<Input = unknown, Caller = unknown> {
  /** Others are answered 405 before anything is looked at; null: the route answers them itself. */
  readonly methods: readonly string[] | null;
  /** Instead of the usual 405. */
  readonly methodNotAllowed?: HttpResponse;
  /** What the address names; null when it is not this route's. */
  parse(path: string, query: URLSearchParams): Input | null;
  /** Who may go on, and to what. @throws ChatError */
  guard(exchange: Exchange, input: Input): Promise<Caller>;
  /** The response; null when it was sent already, or the sender is gone. */
  handle(exchange: Exchange, input: Input, caller: Caller): Promise<HttpResponse | null>;
  /** Sees every response, those of errors included, before it is sent. */
  finish?(exchange: Exchange, response: HttpResponse | null): HttpResponse | null;
}
