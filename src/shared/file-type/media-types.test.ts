import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  extensionOfName,
  findMediaType,
  findTypeByName,
  kindOf,
  MEDIA_TYPES,
  typesOfExtension,
} from './media-types.ts';

describe('media types', () => {
  it('can be imported by a browser: the table imports nothing', () => {
    expect(readFileSync(new URL('./media-types.ts', import.meta.url), 'utf8')).not.toMatch(/^import /m);
  });

  it('stand in the table once, in lower case, with endings that lead back to them or to an elder', () => {
    const types = MEDIA_TYPES.map((type) => type.mimeType);
    expect(new Set(types).size).toBe(types.length);
    expect(types).toEqual(types.map((type) => type.toLowerCase()));
    for (const type of MEDIA_TYPES) {
      for (const extension of type.extensions) expect(typesOfExtension(extension)).toContain(type);
    }
    expect(findTypeByName('clip.webm')?.mimeType).toBe('video/webm');
  });

  it('have their kind whatever parameters and case', () => {
    expect(kindOf('image/png')).toBe('image');
    expect(kindOf('Text/Plain; charset=utf-8')).toBe('text');
    expect(kindOf('application/pdf')).toBe('pdf');
    expect(kindOf('image/vnd.dwg')).toBe('file');
    expect(kindOf('application/x-unheard-of')).toBe('file');
  });

  it('of older rows have the kind of their first half', () => {
    expect(kindOf('image/jpg')).toBe('image');
    expect(kindOf('VIDEO/x-unheard-of')).toBe('video');
    expect(kindOf('audio/x-unheard-of; rate=8000')).toBe('audio');
    expect(kindOf('text/x-log')).toBe('text');
    expect(kindOf('')).toBe('file');
  });

  it('are not taken from the prototype of a table', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect([findMediaType(name), typesOfExtension(name)]).toEqual([null, []]);
    }
  });
});

it('the extension of a name is what follows its last dot', () => {
  expect(extensionOfName('a.b.PNG')).toBe('png');
  expect(extensionOfName('folder.d/name')).toBe('');
  expect(extensionOfName('name.')).toBe('');
  expect(extensionOfName('')).toBe('');
});
