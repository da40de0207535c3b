import { toRecordId } from '#entities/support-chat/_domain/record-id.ts';
import { presentMessages } from '#features/support-chat/_api/messages-router.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import { toChatError, toHttpResponse } from '#shared/http/error-response.ts';
import { deliveryHeaders, toWebResponse } from '#shared/http/send-web.ts';
import { type PageHost, registerPageHost } from '#shared/page-host/page-host.ts';
import type { Composition } from './composition.ts';
import type { ServerConfig } from './create-server.ts';
import { parseDeliveryQuery } from './routes/attachment-route.ts';

/** More than a tall screen shows. */
const FIRST_MESSAGES = 30;

/**
 * What the pages may ask the server, on `globalThis`: Next bundles `src/app` apart, so a module imported from both
 * sides would be loaded twice, with two pools. `src/shared/page-host` reads it.
 */
export function registerPageServices(config: ServerConfig, parts: Composition): void {
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
      const request = { dialogId, limit: FIRST_MESSAGES };
      const messages = await parts.chat.services.conversations.listMessages(actor, request).catch(() => null);
      return messages === null ? null : JSON.stringify(presentMessages(messages));
    },
    async deliver(request, ids) {
      const { method, headers, url, signal } = request;
      try {
        if (!config.supportChat.enabled) throw notFound('attachment');
        return await parts.chat.delivery.toWeb(
          {
            method,
            headers: deliveryHeaders(headers),
            dialogId: toRecordId(ids.dialogId),
            attachmentId: toRecordId(ids.attachmentId),
            ...parseDeliveryQuery(new URL(url).searchParams),
            sessionToken: parts.cookie.readToken(headers.get('cookie') ?? undefined),
            // A web Request does not know its peer, so here the limit counts per user alone.
            clientAddress: 'unknown',
          },
          signal,
        );
      } catch (error) {
        const known = toChatError(error);
        if (known === null) throw error;
        return toWebResponse(toHttpResponse(known));
      }
    },
    settings: {
      maxBytes: config.supportChat.maxBytes,
      attachmentsPerMessage: config.supportChat.attachmentsPerMessage,
      fileTypes: config.supportChat.fileTypes,
      allowSignUp: config.allowSignUp,
      demo: config.demo,
      enableSupportChat: config.supportChat.enabled,
    },
  };
  registerPageHost(host);
}
