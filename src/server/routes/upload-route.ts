import { presentStagedAttachment } from '#features/support-chat/_api/present-attachment.ts';
import type { ReceiveUpload } from '#features/support-chat/_services/upload/receive-upload.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import { toHttpResponse } from '#server/http/error-response.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { respondBeforeBody } from '#shared/http/body-watch.ts';
import { errorResponse, type HttpResponse, jsonResponse, UNAUTHORIZED_RESPONSE } from '#shared/http/http-response.ts';
import { BodyCutShortError } from '#shared/http/read-multipart.ts';
import { sendResponse } from '#shared/http/send-node.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

const PATH = '/api/support-chat/uploads';

/** `POST /api/support-chat/uploads` (docs/api.md). */
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
      await sendResponse(response, answer);
      return;
    }
    await respondBeforeBody(request, response, answer);
  }

  /** Null when the sender is gone and nobody waits for an answer. */
  async #answer({ request, acceptBody }: Exchange): Promise<HttpResponse | null> {
    if (request.method !== 'POST') return errorResponse('METHOD_NOT_ALLOWED', { headers: { Allow: 'POST' } });
    const actor = await this.#actors.find(request.headers.cookie);
    if (actor === null) return UNAUTHORIZED_RESPONSE;
    try {
      const staged = await this.#receive.receive(request, actor, acceptBody);
      this.#metrics.uploadedBytes.inc(staged.sizeBytes);
      return jsonResponse(201, { attachment: presentStagedAttachment(staged) });
    } catch (error) {
      if (error instanceof BodyCutShortError || request.socket.destroyed) return null;
      const known = toHttpResponse(error);
      if (known === null) {
        this.#metrics.uploads.inc({ result: '500' });
        throw error;
      }
      return known;
    }
  }
}
