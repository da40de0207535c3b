import type { Page } from 'playwright-core';
import { type Locale, locales } from '#shared/i18n/locales.ts';
import { messages } from '#shared/i18n/messages.ts';

/** Every interface text without arguments or markup, by its key. */
function plainMessages(locale: Locale): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') {
      if (!/[{<]/.test(value)) found.set(path, value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    }
  };
  for (const [namespace, inner] of Object.entries(messages[locale])) walk(inner, namespace);
  return found;
}

/** Texts of the other language, which a page in this one must not show. */
function foreignWords(locale: Locale): Set<string> {
  const own = new Set(plainMessages(locale).values());
  const others = locales.filter((other) => other !== locale).flatMap((other) => [...plainMessages(other).values()]);
  return new Set(others.filter((words) => !own.has(words)));
}

const namespaces = Object.keys(messages.en).join('|');
const keyPattern = new RegExp(`\\b(?:${namespaces})(?:\\.[a-zA-Z]\\w*)+\\b`);

export interface WordProblems {
  /** Message keys shown instead of texts. */
  keys: string[];
  /** Texts of the other language. */
  foreign: string[];
}

/** Compares all texts of a page, visible and for screen readers, with the messages of its language. */
export async function findWordProblems(page: Page, locale: Locale): Promise<WordProblems> {
  const said = await page.evaluate(() => {
    const words: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement?.closest('script, style')) words.push(walker.currentNode.textContent ?? '');
    }
    for (const element of document.body.querySelectorAll('*')) {
      for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
        words.push(element.getAttribute(name) ?? '');
      }
    }
    return [...new Set(words.map((text) => text.trim()).filter(Boolean))];
  });
  const foreign = foreignWords(locale);
  return { keys: said.filter((text) => keyPattern.test(text)), foreign: said.filter((text) => foreign.has(text)) };
}
