import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { AppRouter } from '#features/support-chat/_api/app-router.ts';
import { type ChatContext, toTrpcError } from '#features/support-chat/_api/trpc.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Route } from '#server/http/route.ts';
import { limitBodyTime } from '#shared/http/body-watch.ts';
import type { Log } from '#shared/log/log.ts';

const PREFIX = '/api/trpc/';

/** 1 MiB of inline attachments grows by a third in base64; a batch of texts fits beside it. */
const MAX_BODY_BYTES = 2.5 * 1024 * 1024;
/** Each call of a batch runs at once, with statements of its own: one request must not be a thousand searches. */
const MAX_BATCH_SIZE = 20;
/** A call of that size over a slow mobile network. */
const MAX_BODY_SECONDS = 60;

/**
 * `/api/trpc`: the chat's procedures (docs/api.md). Each call of a batch is guarded and mapped on its own, by the
 * `procedure` of `_api/trpc.ts`, in tRPC's own form.
 */
export function trpcRoute(router: AppRouter, actors: ActorFinder, log: Log): Route<string, void> {
  return {
    methods: ['GET', 'HEAD', 'POST'],
    parse: (path) => (path.startsWith(PREFIX) ? path.slice(PREFIX.length) : null),
    guard: async () => {},
    async handle({ request, response, acceptBody }, path) {
      acceptBody();
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Vary', 'Cookie');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      limitBodyTime(request, MAX_BODY_SECONDS);
      const left = new AbortController();
      response.once('close', () => left.abort());
      const createContext = async (): Promise<ChatContext> => {
        try {
          return { actor: await actors.find(request.headers.cookie), signal: left.signal };
        } catch (error) {
          throw toTrpcError(error) ?? error;
        }
      };
      await nodeHTTPRequestHandler({
        ...{ router, path, createContext },
        req: request,
        res: response,
        maxBodySize: MAX_BODY_BYTES,
        maxBatchSize: MAX_BATCH_SIZE,
        onError: ({ error, path: procedure }) => {
          if (error.code === 'INTERNAL_SERVER_ERROR' || error.code === 'SERVICE_UNAVAILABLE')
            log.error({ procedure, err: error.cause ?? error }, 'a procedure failed');
        },
      });
      return null;
    },
  };
}
