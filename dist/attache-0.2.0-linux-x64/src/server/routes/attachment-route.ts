import type { Variant } from '#features/support-chat/_repositories/find-deliverable.ts';
import type { DeliverAttachment } from '#features/support-chat/_services/delivery/deliver-attachment.ts';
import type { SessionCookie } from '#server/auth/session-cookie.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { addressBucket } from '#shared/http/client-address.ts';

const PREFIX = '/api/support-chat/attachments/';

/** `GET`/`HEAD /api/support-chat/attachments/:dialogId/:attachmentId` (HTTP.md). */
export class AttachmentRoute implements Route {
  readonly #deliver: DeliverAttachment;
  readonly #cookie: SessionCookie;

  constructor(deliver: DeliverAttachment, cookie: SessionCookie) {
    this.#deliver = deliver;
    this.#cookie = cookie;
  }

  matches(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  handle({ request, response, path, query, clientAddress }: Exchange): Promise<void> {
    const { dialogId, attachmentId } = parseAttachmentPath(path.slice(PREFIX.length));
    return this.#deliver.handle(
      {
        method: request.method ?? 'GET',
        headers: request.headers,
        dialogId,
        attachmentId,
        variant: parseVariant(query.get('variant')),
        download: query.get('download') === '1',
        sessionToken: this.#cookie.readToken(request.headers.cookie),
        clientAddress: addressBucket(clientAddress),
      },
      response,
    );
  }
}

/** Null is a variant nobody has: it costs the look-up and gets the cloak, as any other wrong address. */
export function parseVariant(value: string | null): Variant | null {
  if (value === null || value === 'original') return 'original';
  return value === 'thumbnail' || value === 'preview' ? value : null;
}

/** An address with too few or too many parts, or broken escapes, becomes ids that nobody has. */
function parseAttachmentPath(rest: string): { dialogId: string; attachmentId: string } {
  const parts = rest.split('/');
  if (parts.length !== 2) return NOBODY;
  try {
    return { dialogId: decodeURIComponent(parts[0] ?? ''), attachmentId: decodeURIComponent(parts[1] ?? '') };
  } catch {
    return NOBODY;
  }
}

const NOBODY = { dialogId: '-', attachmentId: '-' };
