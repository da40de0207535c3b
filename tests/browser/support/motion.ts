import type { Page } from 'playwright-core';

/** Records CSS transitions; call before the page opens. @returns reads the transitions so far */
export async function watchTransitions(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Reflect.set(window, 'seenTransitions', seen);
    const note = ({ propertyName, target }: TransitionEvent) =>
      seen.push(`${propertyName}: ${target instanceof Element ? target.outerHTML.slice(0, 120) : ''}`);
    document.addEventListener('transitionrun', note, true);
  });
  return () => page.evaluate(() => Reflect.get(window, 'seenTransitions'));
}

/**
 * Elements whose transitions or animations last longer than `mostMs`. Colour fades are not motion, and endless animations
 * (spinners) show progress: both are left out.
 */
export function findLongMotion(page: Page, mostMs: number): Promise<string[]> {
  return page.evaluate((most) => {
    const milliseconds = (list: string) =>
      list.split(',').map((part) => Number.parseFloat(part) * (part.trim().endsWith('ms') ? 1 : 1000));
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      const style = getComputedStyle(element);
      const isEndless = style.animationIterationCount.includes('infinite');
      const animation =
        style.animationName === 'none' || isEndless ? 0 : Math.max(...milliseconds(style.animationDuration));
      const moves = style.transitionProperty.split(', ').some((name) => !/color|^(none|fill|stroke|--.*)$/.test(name));
      const transition = moves ? Math.max(...milliseconds(style.transitionDuration)) : 0;
      if (Math.max(animation, transition) > most) {
        found.push(`${animation} ${transition} ms: ${element.outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  }, mostMs);
}
