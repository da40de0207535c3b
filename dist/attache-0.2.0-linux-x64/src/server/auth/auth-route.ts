import type { IncomingMessage } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import type { Exchange, Route } from '#server/http/route.ts';
import { answerBeforeBody, limitBodyTime } from '#shared/http/body-watch.ts';
import { errorAnswer } from '#shared/http/json-error.ts';
import type { Auth } from './create-auth.ts';

const PREFIX = '/api/auth/';

/** An e-mail address, a password and a name; better-auth itself would read whatever comes, before any session. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_BODY_SECONDS = 20;

/** better-auth's own endpoints (CONTRACT.md 3). */
export class AuthRoute implements Route {
  readonly #handler: ReturnType<typeof toNodeHandler>;
  readonly #appUrl: string;

  constructor(auth: Auth, appUrl: string) {
    this.#handler = toNodeHandler(auth);
    this.#appUrl = appUrl;
  }

  matches(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async handle({ request, response }: Exchange): Promise<void> {
    limitBodyTime(request, MAX_BODY_SECONDS);
    const body = await readSmallBody(request);
    if (body === null) {
      await answerBeforeBody(request, response, errorAnswer('ATTACHMENT_TOO_LARGE', { message: 'Too much was sent.' }));
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    // Other sites were refused at the front door, by one rule for every address. better-auth has a rule of its own,
    // which takes a program without `Origin` for a browser as soon as it sends a cookie or what Node's fetch sends.
    request.headers.origin ??= this.#appUrl;
    // Where an Express parser would leave it, which is where better-auth looks for a body that was read before.
    await this.#handler(Object.assign(request, { body }), response);
  }
}

/** Null when there is more than the limit, however long the sender said it would be. @throws when it is cut off */
async function readSmallBody(request: IncomingMessage): Promise<string | undefined | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // `destroyOnReturn: false`: the answer still has to go out on this connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return bytes === 0 ? undefined : Buffer.concat(chunks).toString('utf8');
}
