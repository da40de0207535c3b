import { describe, expect, test } from 'vitest';
import { locales, negotiateLocale } from './locales.ts';
import { messages } from './messages.ts';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

/** What stands between each outermost pair of braces. */
function readBlocks(text: string): string[] {
  const blocks: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{' && depth++ === 0) start = at + 1;
    if (text[at] === '}' && --depth === 0) blocks.push(text.slice(start, at));
  }
  if (depth !== 0) throw new Error(`Unbalanced braces: ${text}`);
  return blocks;
}

/**
 * Names of the arguments of an ICU message. One language may need a plural where the other does not, so kinds may differ;
 * and Russian has a word for a conversation on each side of it, so `side` may be asked for by one language alone.
 */
function readArguments(message: string): string[] {
  const found = readBlocks(message).flatMap((block) => {
    const [name = '', kind = '', ...rest] = block.split(',').map((part, index) => (index < 2 ? part.trim() : part));
    return [name, ...(kind ? readBlocks(rest.join(',')).flatMap(readArguments) : [])];
  });
  return [...new Set(found)].filter((name) => name !== 'side').sort();
}

const flat = { en: flatten(messages.en), ru: flatten(messages.ru) };

describe('the two languages', () => {
  test('hold the same keys', () => {
    expect([...flat.ru.keys()].sort()).toEqual([...flat.en.keys()].sort());
  });

  test('ask for the same values in the same message', () => {
    const differing = [...flat.en].filter(
      ([key, text]) => readArguments(text).join() !== readArguments(flat.ru.get(key) ?? '').join(),
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test('no message is empty', () => {
    const empty = locales.flatMap((locale) =>
      [...flat[locale]].filter(([, text]) => !text.trim()).map(([key]) => `${locale} ${key}`),
    );
    expect(empty).toEqual([]);
  });

  test('a Russian plural that has one form has all of them', () => {
    const forms = ['one {', 'few {', 'many {', 'other {'];
    const incomplete = [...flat.ru].filter(([, text]) => {
      const has = forms.map((form) => text.includes(form));
      return text.includes(', plural,') && has.slice(0, 3).includes(true) && has.includes(false);
    });
    expect(incomplete.map(([key]) => key)).toEqual([]);
  });
});

describe('the language of a newcomer', () => {
  test.each([
    ['ru-RU,ru;q=0.9,en;q=0.8', 'ru'],
    ['de-DE,de;q=0.9,ru;q=0.5,en;q=0.4', 'ru'],
    ['en;q=0.3, ru;q=0.7', 'ru'],
    ['ru;q=0, en', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ])('%s is answered in %s', (header, expected) => {
    expect(negotiateLocale(header)).toBe(expected);
  });
});
