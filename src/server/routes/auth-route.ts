import type { IncomingMessage } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import type { Auth } from '#server/auth/create-auth.ts';
import type { SessionCookie } from '#server/auth/session-cookie.ts';
import type { Route } from '#server/http/route.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { limitBodyTime } from '#shared/http/body-watch.ts';

const PREFIX = '/api/auth/';

/** An e-mail address, a password and a name; better-auth itself would read whatever comes, before any session. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_BODY_SECONDS = 20;

/** better-auth's own endpoints (docs/api.md). It guards and answers them itself. */
export function authRoute(auth: Auth, appUrl: string, sessionCookie: SessionCookie): Route<true, void> {
  const handler = toNodeHandler(auth);
  return {
    methods: null,
    parse: (path) => (path.startsWith(PREFIX) ? true : null),
    guard: async () => {},
    async handle({ request, response, acceptBody }) {
      acceptBody();
      limitBodyTime(request, MAX_BODY_SECONDS);
      const body = await readSmallBody(request);
      response.setHeader('Cache-Control', 'no-store');
      // Other sites were refused at the front door, by one rule for every address. better-auth has a rule of its own,
      // which takes a program without `Origin` for a browser as soon as it sends a cookie or what Node's fetch sends.
      request.headers.origin ??= appUrl;
      const cookie = sessionCookie.renewSignature(request.headers.cookie);
      if (cookie !== undefined) request.headers.cookie = cookie;
      // Where an Express parser would leave it, which is where better-auth looks for a body that was read before.
      await handler(Object.assign(request, { body }), response);
      return null;
    },
  };
}

/** @throws ChatError PAYLOAD_TOO_LARGE, however long the sender said it would be; when it is cut off */
async function readSmallBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES ? Number.POSITIVE_INFINITY : 0;
  if (bytes === 0) {
    // `destroyOnReturn: false`: the response still has to go out on this connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  }
  if (bytes > MAX_BODY_BYTES) throw new ChatError('PAYLOAD_TOO_LARGE', 'Too much was sent.');
  return bytes === 0 ? undefined : Buffer.concat(chunks).toString('utf8');
}
