import type { Page } from 'playwright-core';

const mostStops = 120;

/** Presses Tab until an element of this name has the focus. @throws after a whole round without it */
export async function tabTo(page: Page, name: string | RegExp, direction: 'on' | 'back'): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < mostStops; stop += 1) {
    const now = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    passed.push(now.slice(0, 40));
    await page.keyboard.press(direction === 'on' ? 'Tab' : 'Shift+Tab');
  }
  throw new Error(`Tab never came to ${name}; it passed ${passed.join(' | ')}`);
}

/**
 * Tabs through the page once and returns the elements without a visible focus: neither they nor their two nearest
 * ancestors change in outline, border, shadow, background or opacity.
 */
export async function findInvisibleFocus(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const looks = (element: Element) => {
      const chain: string[] = [];
      for (let at: Element | null = element, up = 0; at && up < 3; at = at.parentElement, up += 1) {
        const { outline, borderColor, boxShadow, backgroundColor, opacity, translate } = getComputedStyle(at);
        chain.push([outline, borderColor, boxShadow, backgroundColor, opacity, translate].join(' '));
      }
      return chain.join(' / ');
    };
    Reflect.set(window, 'looksOf', looks);
    Reflect.set(window, 'focusStops', []);
  });
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab');
    const isRound = await page.evaluate(() => {
      const stops: { element: Element; looks: string }[] = Reflect.get(window, 'focusStops');
      const looksOf: (element: Element) => string = Reflect.get(window, 'looksOf');
      const element = document.activeElement;
      if (!element || element === document.body || stops.some((known) => known.element === element)) return true;
      stops.push({ element, looks: looksOf(element) });
      return false;
    });
    if (isRound && stop > 0) break;
  }
  return page.evaluate(() => {
    const stops: { element: Element; looks: string }[] = Reflect.get(window, 'focusStops');
    const looksOf: (element: Element) => string = Reflect.get(window, 'looksOf');
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (stops.length < 3) return [`Tab found only ${stops.length} places`];
    return stops
      .filter(({ element, looks }) => element.isConnected && looksOf(element) === looks)
      .map(({ element }) => element.outerHTML.slice(0, 160));
  });
}
