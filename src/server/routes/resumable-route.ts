import type { TusHandler } from '#features/support-chat/_services/resumable/tus-handler.ts';
import { asTusResponse, TUS_PATH } from '#features/support-chat/_services/resumable/tus-responses.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import { toHttpResponse } from '#server/http/error-response.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { respondBeforeBody } from '#shared/http/body-watch.ts';
import { type HttpResponse, UNAUTHORIZED_RESPONSE } from '#shared/http/http-response.ts';
import { sendResponse } from '#shared/http/send-node.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

/** `/api/support-chat/uploads/resumable`: tus 1.0 (docs/api.md). */
export class ResumableRoute implements Route {
  readonly checksBeforeBody = true;
  readonly #tus: TusHandler;
  readonly #actors: ActorFinder;
  readonly #metrics: Metrics;

  constructor(tus: TusHandler, actors: ActorFinder, metrics: Metrics) {
    this.#tus = tus;
    this.#actors = actors;
    this.#metrics = metrics;
  }

  matches(path: string): boolean {
    return path === TUS_PATH || path.startsWith(`${TUS_PATH}/`);
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const answer = await this.#answer(exchange);
    const isSending = request.method === 'PATCH' || request.method === 'POST';
    if (isSending && answer?.headers['Attachment-Id'] !== undefined) {
      this.#metrics.uploads.inc({ result: String(answer.status) });
    }
    // No answer is what a broken line gives: every tus client comes back and asks how far it got.
    if (answer === null || response.destroyed) {
      response.destroy();
      return;
    }
    if (request.complete) await sendResponse(response, asTusResponse(answer));
    else await respondBeforeBody(request, response, asTusResponse(answer));
  }

  async #answer({ request, path, acceptBody }: Exchange): Promise<HttpResponse | null> {
    if (request.method === 'OPTIONS') return this.#tus.options();
    const actor = await this.#actors.find(request.headers.cookie);
    if (actor === null) return UNAUTHORIZED_RESPONSE;
    const uploadId = path.slice(TUS_PATH.length + 1);
    try {
      return await this.#tus.answer({ request, actor, uploadId: uploadId === '' ? null : uploadId, acceptBody });
    } catch (error) {
      const known = toHttpResponse(error);
      if (known === null) throw error;
      return known;
    }
  }
}
