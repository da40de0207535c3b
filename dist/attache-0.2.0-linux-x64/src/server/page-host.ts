import { GetMessages } from '#features/support-chat/_services/conversation/get-messages.ts';
import { deliverToWeb } from '#features/support-chat/_services/delivery/deliver-to-web.ts';
import { NOT_FOUND_ANSWER } from '#shared/http/json-error.ts';
import { answerResponse } from '#shared/http/send-web.ts';
import { type PageHost, registerPageHost } from '#shared/page-host/page-host.ts';
import type { Composition } from './composition.ts';
import type { ServerConfig } from './create-server.ts';
import { parseVariant } from './routes/attachment-route.ts';

/** More than a tall screen shows. */
const FIRST_MESSAGES = 30;

/**
 * What the pages may ask the server, on `globalThis`: Next bundles `src/app` apart, so a module imported from both
 * sides would be loaded twice, with two pools. `src/shared/page-host` reads it.
 */
export function lendToPages(config: ServerConfig, parts: Composition): void {
  const host: PageHost = {
    findCurrentUser: async (cookie) => {
      const actor = await parts.actors.find(cookie);
      if (actor === null) return null;
      const { userId, ...rest } = actor;
      return { id: userId, ...rest };
    },
    findMessages: async (cookie, dialogId) => {
      const actor = await parts.actors.find(cookie);
      if (actor === null) return null;
      const page = await parts.container
        .get(GetMessages)
        .execute(actor, { dialogId, limit: FIRST_MESSAGES })
        .catch(() => null);
      return page === null ? null : JSON.stringify(page);
    },
    deliver: async (request, ids) => {
      if (!config.supportChat.enabled) return answerResponse(NOT_FOUND_ANSWER);
      const { searchParams } = new URL(request.url);
      const delivery = {
        ...ids,
        variant: parseVariant(searchParams.get('variant')),
        download: searchParams.get('download') === '1',
        sessionToken: parts.cookie.readToken(request.headers.get('cookie') ?? undefined),
        // A web Request does not know its peer, so here the limit counts per user alone.
        clientAddress: 'unknown',
      };
      return deliverToWeb(parts.deliver, delivery, request);
    },
    settings: {
      maxBytes: config.supportChat.maxBytes,
      attachmentsPerMessage: config.supportChat.attachmentsPerMessage,
      allowSignUp: config.allowSignUp,
      demo: config.demo,
      enableSupportChat: config.supportChat.enabled,
    },
  };
  registerPageHost(host);
}
