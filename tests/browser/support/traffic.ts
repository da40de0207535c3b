import type { Page } from 'playwright-core';

export interface Answer {
  url: string;
  /** As it came over the wire: a 304 is a 304, also where the page is shown the stored 200. */
  status: number;
  headers: Record<string, string>;
}

/** What is read here may lag behind the page: ask with `expect.poll`. */
export interface Traffic {
  /** Answers for addresses that hold `part`. */
  of(part: string): Answer[];
  statusesOf(part: string): number[];
  forget(): void;
}

/**
 * The answers a page got, from Chromium's own account of the network. Playwright's `response` shows what the page saw
 * (a 200 after every 304), and its interception would switch the cache off.
 */
export async function watchTraffic(page: Page): Promise<Traffic> {
  const session = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const answers: (Omit<Answer, 'url'> & { requestId: string })[] = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  session.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode, headers }) => {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    answers.push({ requestId, status: statusCode, headers: lower });
  });
  await session.send('Network.enable');
  // Chromium tells of an answer now and then before it tells of its request.
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
