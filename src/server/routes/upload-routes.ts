import type { Actor } from '#entities/account/_domain/actor.ts';
import { presentStagedAttachment } from '#features/support-chat/_api/present-attachment.ts';
import { asTusResponse, TUS_PATH } from '#features/support-chat/_api/tus/tus-responses.ts';
import type { SupportChat } from '#features/support-chat/module.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Route } from '#server/http/route.ts';
import { jsonResponse } from '#shared/http/http-response.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

const UPLOAD_PATH = '/api/support-chat/uploads';

/** `POST /api/support-chat/uploads`: a file as one form (docs/api.md). */
export function uploadRoute(
  receiveUpload: SupportChat['receiveUpload'],
  actors: ActorFinder,
  metrics: Metrics,
): Route<true, Actor> {
  return {
    methods: ['POST'],
    parse: (path) => (path === UPLOAD_PATH ? true : null),
    guard: ({ request }) => actors.require(request.headers.cookie),
    async handle({ request, acceptBody }, _, actor) {
      const staged = await receiveUpload(request, actor, acceptBody);
      metrics.uploadedBytes.inc(staged.sizeBytes);
      return jsonResponse(201, { attachment: presentStagedAttachment(staged) });
    },
    finish(_, response) {
      metrics.uploads.inc({ result: response === null ? 'aborted' : String(response.status) });
      return response;
    },
  };
}

/** `/api/support-chat/uploads/resumable`: a file in pieces, by tus 1.0 (docs/api.md). */
export function resumableRoute(
  tus: SupportChat['tus'],
  actors: ActorFinder,
  metrics: Metrics,
): Route<{ uploadId: string | null }, Actor | null> {
  return {
    // Which ones depends on the address; a sender behind a narrow proxy names them in a header.
    methods: null,
    parse(path) {
      if (path === TUS_PATH) return { uploadId: null };
      return path.startsWith(`${TUS_PATH}/`) ? { uploadId: path.slice(TUS_PATH.length + 1) || null } : null;
    },
    // tus 1.0 lets a client find out what the address can do before it signs in.
    guard: async ({ request }) => (request.method === 'OPTIONS' ? null : actors.require(request.headers.cookie)),
    handle: async ({ request, acceptBody }, { uploadId }, actor) =>
      actor === null ? tus.options() : tus.answer({ request, actor, uploadId, acceptBody }),
    finish({ request }, response) {
      const isSending = request.method === 'PATCH' || request.method === 'POST';
      if (isSending && response?.headers['Attachment-Id'] !== undefined) {
        metrics.uploads.inc({ result: String(response.status) });
      }
      return response && asTusResponse(response);
    },
  };
}
