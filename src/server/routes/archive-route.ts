import type { Actor } from '#entities/account/_domain/actor.ts';
import { decodeRecordId, type RecordId } from '#entities/support-chat/_domain/record-id.ts';
import type { SupportChat } from '#features/support-chat/module.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Route } from '#server/http/route.ts';
import { addressBucket } from '#shared/http/client-address.ts';

const PATH = /^\/api\/support-chat\/dialogs\/([^/]+)\/archive$/;

/** `GET /api/support-chat/dialogs/:dialogId/archive`: all files of a conversation as a ZIP. */
export function archiveRoute(archive: SupportChat['archive'], actors: ActorFinder): Route<RecordId, Actor> {
  return {
    methods: ['GET'],
    parse(path) {
      const segment = PATH.exec(path)?.[1];
      return segment === undefined ? null : decodeRecordId(segment);
    },
    async guard({ request, clientAddress }, dialogId) {
      const actor = await actors.require(request.headers.cookie);
      await archive.authorise(actor, dialogId, addressBucket(clientAddress));
      return actor;
    },
    async handle({ request, response }, dialogId, { userId }) {
      await archive.send({ dialogId, findActor: () => actors.find(request.headers.cookie) }, userId, response);
      return null;
    },
  };
}
