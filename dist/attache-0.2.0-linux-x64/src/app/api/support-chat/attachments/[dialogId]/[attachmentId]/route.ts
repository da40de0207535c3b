import { requirePageHost } from '#shared/page-host/page-host.ts';

/**
 * The delivery route for those who host the pages with `next start` or on a platform. Behind `npm start` and
 * `npm run serve` our own listener answers this address and Next never sees it: Next takes Content-Length off every
 * route handler's answer, so a download there has no length and no progress (docs/http-contract.md).
 */
interface Context {
  params: Promise<{ dialogId: string; attachmentId: string }>;
}

export const dynamic = 'force-dynamic';

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return (await requirePageHost()).deliver(request, await params);
}

export const HEAD = GET;
