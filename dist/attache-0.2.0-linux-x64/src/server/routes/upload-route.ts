import { presentStagedAttachment } from '#features/support-chat/_api/dto/present-attachment.ts';
import type { ReceiveUpload } from '#features/support-chat/_services/upload/receive-upload.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import { toHttpAnswer } from '#server/http/error-answer.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { answerBeforeBody } from '#shared/http/body-watch.ts';
import { errorAnswer, type HttpAnswer, jsonAnswer, UNAUTHORIZED_ANSWER } from '#shared/http/json-error.ts';
import { BodyCutShortError } from '#shared/http/read-multipart.ts';
import { sendAnswer } from '#shared/http/send-node.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

const PATH = '/api/support-chat/uploads';

/** `POST /api/support-chat/uploads` (CONTRACT.md 5). */
export class UploadRoute implements Route {
  readonly checksBeforeBody = true;
  readonly #receive: ReceiveUpload;
  readonly #actors: ActorFinder;
  readonly #metrics: Metrics;

  constructor(receive: ReceiveUpload, actors: ActorFinder, metrics: Metrics) {
    this.#receive = receive;
    this.#actors = actors;
    this.#metrics = metrics;
  }

  matches(path: string): boolean {
    return path === PATH;
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const answer = await this.#answer(exchange);
    this.#metrics.uploads.inc({ result: answer === null ? 'aborted' : String(answer.status) });
    if (answer === null || response.destroyed) {
      response.destroy();
      return;
    }
    if (request.complete) {
      await sendAnswer(response, answer);
      return;
    }
    await answerBeforeBody(request, response, answer);
  }

  /** Null when the sender is gone and nobody waits for an answer. */
  async #answer({ request, acceptBody }: Exchange): Promise<HttpAnswer | null> {
    if (request.method !== 'POST') return errorAnswer('METHOD_NOT_ALLOWED', { headers: { Allow: 'POST' } });
    const actor = await this.#actors.find(request.headers.cookie);
    if (actor === null) return UNAUTHORIZED_ANSWER;
    try {
      const staged = await this.#receive.receive(request, actor, acceptBody);
      this.#metrics.uploadedBytes.inc(staged.sizeBytes);
      return jsonAnswer(201, { attachment: presentStagedAttachment(staged) });
    } catch (error) {
      if (error instanceof BodyCutShortError || request.socket.destroyed) return null;
      const known = toHttpAnswer(error);
      if (known === null) {
        this.#metrics.uploads.inc({ result: '500' });
        throw error;
      }
      return known;
    }
  }
}
