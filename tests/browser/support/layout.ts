import type { Page } from 'playwright-core';

/**
 * Layout problems: a page that scrolls sideways, and every control or text that is outside the window or clipped without
 * an ellipsis.
 */
export function findLayoutProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      problems.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
    const name = (element: Element) => `${element.outerHTML.slice(0, 140)} in ${element.parentElement?.className}`;
    /** Text for screen readers only is clipped on purpose, and invisible elements do not count. */
    const isIntended = (element: Element) => {
      if (element.closest('[aria-hidden="true"], [inert]')) return true;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { visibility, opacity, clipPath } = getComputedStyle(at);
        if (visibility === 'hidden' || opacity === '0' || clipPath !== 'none') return true;
      }
      return false;
    };
    for (const element of document.querySelectorAll('button, a, input, textarea, select, h1, h2, p, label, th, td')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || isIntended(element)) continue;
      // The skip link is above the window until it has the focus.
      if (box.bottom <= 0) continue;
      if (box.left < -1 || box.right > root.clientWidth + 1) problems.push(`outside: ${name(element)}`);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!parent || !walker.currentNode.textContent?.trim() || isIntended(parent)) continue;
      if (parent.closest('textarea, input, select, option, canvas, script, style, .textLayer')) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      for (let frame: Element | null = parent; frame && frame !== document.body; frame = frame.parentElement) {
        const style = getComputedStyle(frame);
        if (style.overflowX === 'visible') continue;
        // An ellipsis shows that there is more, or the reader can scroll to it.
        if (style.textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(style.overflowX)) break;
        const box = frame.getBoundingClientRect();
        if (text.right > box.right + 1 || text.left < box.left - 1) problems.push(`cut: ${name(parent)}`);
        break;
      }
    }
    return [...new Set(problems)];
  });
}
