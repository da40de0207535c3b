import type { CDPSession, Page } from 'playwright-core';

/** A middling phone on a poor mobile network, as Lighthouse assumes it (without its slower processor). */
export const slow4G = { latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

export async function onNetwork(page: Page, network: typeof slow4G): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...network });
}

/** Adds up what moved by itself from now on, in each document this page opens. */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    Reflect.set(window, 'shiftSum', 0);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry) || typeof entry.value !== 'number') continue;
        const isAsked = 'hadRecentInput' in entry && entry.hadRecentInput === true;
        if (!isAsked) Reflect.set(window, 'shiftSum', Number(Reflect.get(window, 'shiftSum')) + entry.value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => Number(Reflect.get(window, 'shiftSum')));
}

export interface Delays {
  /** Milliseconds from a key to the page's first look at it; one number a key. */
  read(): Promise<number[]>;
}

/** How long each key press waits for the page. */
export async function watchInputDelays(page: Page): Promise<Delays> {
  await page.evaluate(() => {
    const delays: number[] = [];
    Reflect.set(window, 'inputDelays', delays);
    addEventListener('keydown', (event) => delays.push(performance.now() - event.timeStamp), { capture: true });
  });
  return { read: () => page.evaluate(() => Reflect.get(window, 'inputDelays')) };
}

export interface Transfers {
  /** Bytes over the wire, compressed as they came, of one kind of resource ("Script", "Image"…). */
  bytesOf(type: string): number;
}

export async function watchTransfers(page: Page): Promise<Transfers> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const types = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await session.send('Network.enable');
  return {
    bytesOf: (type) =>
      [...bytes].reduce((sum, [requestId, size]) => sum + (types.get(requestId) === type ? size : 0), 0),
  };
}
