import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) => linkify(text).flatMap((part) => (part.type === 'link' ? [part.href] : []));

describe('links in a text', () => {
  it('never loses or adds a character', () => {
    for (const text of ['', 'no link', 'a https://x.y/z, b', 'www.a.b', '(https://a.b/(c))!', 'https://']) {
      expect(
        linkify(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }
  });

  it('leaves the punctuation of the sentence out', () => {
    expect(links('See https://a.b/c.')).toEqual(['https://a.b/c']);
    expect(links('(https://a.b/c)')).toEqual(['https://a.b/c']);
    expect(links('https://a.b/wiki/C_(language)')).toEqual(['https://a.b/wiki/C_(language)']);
  });

  it('lets mail be written to an address, and to nothing that only looks a little like one', () => {
    expect(links('Write to anna.l+shop@example.org, please')).toEqual(['mailto:anna.l+shop@example.org']);
    expect(links('at @anna, 5@home and https://a.b/@c')).toEqual(['https://a.b/@c']);
  });

  it('makes no link of anything that could run', () => {
    expect(links('javascript:alert(1) data:text/html,x')).toEqual([]);
  });
});
