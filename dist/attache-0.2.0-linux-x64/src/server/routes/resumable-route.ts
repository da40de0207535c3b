import { asTusAnswer, TUS_PATH } from '#features/support-chat/_services/resumable/tus-answers.ts';
import type { TusHandler } from '#features/support-chat/_services/resumable/tus-handler.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import { toHttpAnswer } from '#server/http/error-answer.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { answerBeforeBody } from '#shared/http/body-watch.ts';
import { type HttpAnswer, UNAUTHORIZED_ANSWER } from '#shared/http/json-error.ts';
import { sendAnswer } from '#shared/http/send-node.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

/** `/api/support-chat/uploads/resumable`: tus 1.0 (CONTRACT.md 5). */
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
    if (request.complete) await sendAnswer(response, asTusAnswer(answer));
    else await answerBeforeBody(request, response, asTusAnswer(answer));
  }

  async #answer({ request, path, acceptBody }: Exchange): Promise<HttpAnswer | null> {
    if (request.method === 'OPTIONS') return this.#tus.options();
    const actor = await this.#actors.find(request.headers.cookie);
    if (actor === null) return UNAUTHORIZED_ANSWER;
    const uploadId = path.slice(TUS_PATH.length + 1);
    try {
      return await this.#tus.answer({ request, actor, uploadId: uploadId === '' ? null : uploadId, acceptBody });
    } catch (error) {
      const known = toHttpAnswer(error);
      if (known === null) throw error;
      return known;
    }
  }
}
