import type { IncomingMessage, ServerResponse } from 'node:http';

/** What every route gets: the parsed address and the client's address, worked out once. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  clientAddress: string;
}

/** One address of `/api`. `matches` gets the path; `handle` answers wholly or throws before anything was sent. */
export interface Route {
  matches(path: string): boolean;
  handle(exchange: Exchange): Promise<void>;
}
