import type { Page } from 'playwright-core';

export interface WireResponse {
  url: string;
  /** The status on the wire: a 304 stays a 304 although the page sees the cached 200. */
  status: number;
  headers: Record<string, string>;
}

/** May lag behind the page: read it with `expect.poll`. */
export interface Traffic {
  /** Responses whose address contains `part`. */
  of(part: string): WireResponse[];
  statusesOf(part: string): number[];
  forget(): void;
}

/**
 * Records responses from Chromium's network log. Playwright's `response` event shows what the page sees (a 200 after
 * every 304), and its interception would disable the cache.
 */
export async function watchTraffic(page: Page): Promise<Traffic> {
  const session = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const answers: (Omit<WireResponse, 'url'> & { requestId: string })[] = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  session.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode, headers }) => {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    answers.push({ requestId, status: statusCode, headers: lower });
  });
  await session.send('Network.enable');
  // Chromium sometimes reports a response before its request.
  const of = (part: string) =>
    answers
      .map(({ requestId, ...answer }) => ({ ...answer, url: urls.get(requestId) ?? '' }))
      .filter(({ url }) => url.includes(part));
  return {
    of,
    statusesOf: (part) => of(part).map(({ status }) => status),
    forget: () => answers.splice(0),
  };
}
