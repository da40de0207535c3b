import type { IncomingMessage, ServerResponse } from 'node:http';

/** What every route gets: the parsed address and the client's address, worked out once. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  clientAddress: string;
  /** Tells a sender who waits with `Expect: 100-continue` that the body is wanted (RFC 9110, 10.1.1). */
  acceptBody(): void;
}

/** One address of `/api`. `matches` gets the path; `handle` answers wholly or throws before anything was sent. */
export interface Route {
  matches(path: string): boolean;
  /** True where `handle` calls `acceptBody` itself, after it has checked who sends. */
  readonly checksBeforeBody?: boolean;
  handle(exchange: Exchange): Promise<void>;
}
