import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { AppRouter } from '#features/support-chat/_api/app-router.ts';
import { type ChatContext, databaseAway } from '#features/support-chat/_api/trpc.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { answerBeforeBody, limitBodyTime } from '#shared/http/body-watch.ts';
import { errorAnswer } from '#shared/http/json-error.ts';
import type { Log } from '#shared/log/log.ts';

const METHODS = ['GET', 'HEAD', 'POST'];
const PREFIX = '/api/trpc/';

/** 1 MiB of inline attachments grows by a third in base64; a batch of texts fits beside it. */
const MAX_BODY_BYTES = 2.5 * 1024 * 1024;
/** Each call of a batch runs at once, with statements of its own: one request must not be a thousand searches. */
const MAX_BATCH_SIZE = 20;
/** A call of that size over a slow mobile network. */
const MAX_BODY_SECONDS = 60;

/** `/api/trpc`: the chat's procedures (CONTRACT.md 4). */
export class TrpcRoute implements Route {
  readonly #router: AppRouter;
  readonly #actors: ActorFinder;
  readonly #log: Log;

  constructor(router: AppRouter, actors: ActorFinder, log: Log) {
    this.#router = router;
    this.#actors = actors;
    this.#log = log;
  }

  matches(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async handle({ request, response, path }: Exchange): Promise<void> {
    if (!METHODS.includes(request.method ?? '')) {
      const answer = errorAnswer('METHOD_NOT_ALLOWED', { headers: { Allow: METHODS.join(', ') } });
      await answerBeforeBody(request, response, answer);
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Cookie');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    limitBodyTime(request, MAX_BODY_SECONDS);
    const left = new AbortController();
    response.once('close', () => left.abort());
    await nodeHTTPRequestHandler({
      router: this.#router,
      req: request,
      res: response,
      path: path.slice(PREFIX.length),
      maxBodySize: MAX_BODY_BYTES,
      maxBatchSize: MAX_BATCH_SIZE,
      createContext: async (): Promise<ChatContext> => ({
        actor: await this.#actors.find(request.headers.cookie).catch((error) => {
          throw databaseAway(error);
        }),
        signal: left.signal,
      }),
      onError: ({ error, path: procedure }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE')
          this.#log.error({ procedure, err: error.cause ?? error }, 'a procedure failed');
      },
    });
  }
}
