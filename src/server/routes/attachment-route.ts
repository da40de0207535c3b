import { decodeRecordId, NO_SUCH_ID } from '#entities/support-chat/_domain/record-id.ts';
import type { Variant } from '#entities/support-chat/_domain/types.ts';
import type { SupportChat } from '#features/support-chat/module.ts';
import type { SessionCookie } from '#server/auth/session-cookie.ts';
import type { Route } from '#server/http/route.ts';
import { addressBucket } from '#shared/http/client-address.ts';
import { METHOD_NOT_ALLOWED } from '#shared/http/file-decision.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';

const PREFIX = '/api/support-chat/attachments/';

type Delivery = SupportChat['delivery'];
type Address = Pick<DeliveryRequest, 'dialogId' | 'attachmentId' | 'variant' | 'download'>;
type DeliveryRequest = Parameters<Delivery['authorise']>[0];

/** `GET`/`HEAD /api/support-chat/attachments/:dialogId/:attachmentId` (docs/http-contract.md). */
export function attachmentRoute(
  delivery: Delivery,
  cookie: SessionCookie,
  metrics: Metrics,
): Route<Address, { request: DeliveryRequest; authorised: Awaited<ReturnType<Delivery['authorise']>> }> {
  return {
    methods: ['GET', 'HEAD'],
    methodNotAllowed: { ...METHOD_NOT_ALLOWED, body: '' },
    parse: (path, query) => (path.startsWith(PREFIX) ? parseAddress(path.slice(PREFIX.length), query) : null),
    async guard({ request: { method = 'GET', headers }, clientAddress }, address) {
      const sessionToken = cookie.readToken(headers.cookie);
      const request = { ...address, method, headers, sessionToken, clientAddress: addressBucket(clientAddress) };
      return { request, authorised: await delivery.authorise(request) };
    },
    async handle({ response }, _, { request, authorised }) {
      await delivery.send(request, authorised, response);
      return null;
    },
    finish({ response }, answer) {
      metrics.downloads.inc({ status: String(answer?.status ?? response.statusCode) });
      return answer;
    },
  };
}

/** An address with too few or too many parts names nothing. */
function parseAddress(rest: string, query: URLSearchParams): Address {
  const [dialogId = '', attachmentId = '', ...more] = rest.split('/');
  const isWhole = attachmentId !== '' && more.length === 0;
  return {
    dialogId: isWhole ? decodeRecordId(dialogId) : NO_SUCH_ID,
    attachmentId: isWhole ? decodeRecordId(attachmentId) : NO_SUCH_ID,
    ...parseDeliveryQuery(query),
  };
}

/** Null is a variant that no file has: it costs the query and gets the uniform 404, as any other wrong address. */
export function parseDeliveryQuery(query: URLSearchParams): { variant: Variant | null; download: boolean } {
  const variant = query.get('variant') ?? 'original';
  const isKnown = variant === 'original' || variant === 'thumbnail' || variant === 'preview';
  return { variant: isKnown ? variant : null, download: query.get('download') === '1' };
}
