import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ALLOWED_TYPES,
  acceptAttribute,
  allowedLabels,
  extensionFor,
  extensionOfName,
  findAllowedType,
  findTypeByName,
  kindOf,
} from './allowed-types.ts';

describe('allowed types', () => {
  it('can be imported by a browser: the file imports nothing', () => {
    const source = readFileSync(new URL('./allowed-types.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/^import /m);
  });

  it('has every type once, in lower case', () => {
    const types = ALLOWED_TYPES.map((type) => type.mimeType);
    expect(new Set(types).size).toBe(types.length);
    expect(types).toEqual(types.map((type) => type.toLowerCase()));
  });

  it('never allows what a browser runs', () => {
    for (const type of ['text/html', 'application/xhtml+xml', 'text/javascript', 'application/xml', 'text/xml']) {
      expect(findAllowedType(type)).toBeNull();
    }
  });

  it('knows the kind of a type, whatever its parameters and case', () => {
    expect(kindOf('image/png')).toBe('image');
    expect(kindOf('Text/Plain; charset=utf-8')).toBe('text');
    expect(kindOf('application/pdf')).toBe('pdf');
    expect(kindOf('application/x-unheard-of')).toBe('file');
  });

  it('knows the kind of types of older rows by their first half', () => {
    expect(kindOf('image/x-icon')).toBe('image');
    expect(kindOf('VIDEO/x-msvideo')).toBe('video');
    expect(kindOf('audio/amr; rate=8000')).toBe('audio');
    expect(kindOf('text/calendar')).toBe('text');
    expect(kindOf('')).toBe('file');
  });

  it('shows SVG as a card, never as a picture', () => {
    expect(kindOf('image/svg+xml')).toBe('image');
  });

  it('gives each type an extension that leads back to it or to its elder', () => {
    for (const { mimeType } of ALLOWED_TYPES) {
      expect(findTypeByName(`x.${extensionFor(mimeType)}`)?.kind).toBeDefined();
    }
    expect(extensionFor('image/jpeg')).toBe('jpg');
    expect(extensionFor('application/x-unheard-of')).toBe('bin');
    expect(findTypeByName('clip.webm')?.mimeType).toBe('video/webm');
  });

  it('reads the extension of a name', () => {
    expect(extensionOfName('a.b.PNG')).toBe('png');
    expect(extensionOfName('folder.d/name')).toBe('');
    expect(extensionOfName('name.')).toBe('');
    expect(extensionOfName('')).toBe('');
  });

  it('names what is allowed, for a refusal and for a file dialog', () => {
    expect(allowedLabels()).toMatch(/^PNG, JPEG, .*PPT$/);
    expect(acceptAttribute().split(',')).toEqual(expect.arrayContaining(['image/png', '.heic', '.docx']));
  });
});
