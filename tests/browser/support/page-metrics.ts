import type { CDPSession, Page } from 'playwright-core';

/** CPU slowdown of a mid-range phone, as in Lighthouse. */
const phoneSlowdown = 4;

/** A slow mobile network, as in Lighthouse. */
export const slow4G = { latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

/** Emulates a network. */
export async function onNetwork(page: Page, network: typeof slow4G): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...network });
}

/** Emulates a mid-range phone on a slow mobile network. */
export async function asMidPhone(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: phoneSlowdown });
  await onNetwork(page, slow4G);
}

/**
 * Milliseconds from the start of the navigation until the newest text can be read and every visible picture shows its
 * placeholder or itself. Install before the navigation; the returned function resolves once that is so.
 */
export async function watchReadable(page: Page, text: string): Promise<() => Promise<number>> {
  await page.addInitScript((wanted) => {
    const isVisible = (element: Element) => {
      const { top, bottom, height } = element.getBoundingClientRect();
      return height > 0 && bottom > 0 && top < innerHeight;
    };
    const isShown = (tile: Element) => {
      const picture = tile.querySelector('img');
      const isDrawn = picture?.complete && picture.naturalWidth > 0;
      return isDrawn || getComputedStyle(tile).backgroundImage !== 'none';
    };
    const look = () => {
      const rows = [...document.querySelectorAll('section li')].filter(isVisible);
      const pictures = rows
        .flatMap((row) => [...row.querySelectorAll('button[aria-label^="Open photo"]')])
        .filter(isVisible);
      if (rows.some((row) => row.textContent.includes(wanted)) && pictures.length > 0 && pictures.every(isShown)) {
        // Painted with this frame, so there by the next.
        requestAnimationFrame((at) => Reflect.set(window, 'readableAt', at));
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, text);
  return async () => {
    await page.waitForFunction(() => Reflect.has(window, 'readableAt'));
    return page.evaluate(() => Number(Reflect.get(window, 'readableAt')));
  };
}

/** Sums up layout shifts without user input in every document the page opens from now on. */
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
  /** Milliseconds from each key press to its handler. */
  read(): Promise<number[]>;
}

/** Measures how long each key press waits for the main thread. */
export async function watchInputDelays(page: Page): Promise<Delays> {
  await page.evaluate(() => {
    const delays: number[] = [];
    Reflect.set(window, 'inputDelays', delays);
    addEventListener('keydown', (event) => delays.push(performance.now() - event.timeStamp), { capture: true });
  });
  return { read: () => page.evaluate(() => Reflect.get(window, 'inputDelays')) };
}

export interface Transfers {
  /** Transferred (compressed) bytes of one resource type ("Script", "Image"…). */
  bytesOf(type: string): number;
}

/** Measures transferred bytes by resource type. */
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
