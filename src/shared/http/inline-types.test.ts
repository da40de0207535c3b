import { describe, expect, test } from 'vitest';
import { deliveryType } from './inline-types.ts';

const INLINE = (
  'image/png image/jpeg image/gif image/webp image/avif image/bmp video/mp4 video/webm video/ogg video/quicktime ' +
  'audio/mpeg audio/mp4 audio/x-m4a audio/aac audio/ogg audio/wav audio/flac'
).split(' ');

describe('the type of a delivered file', () => {
  test.each(INLINE)('%s is shown inline under its own name', (type) => {
    expect(deliveryType(type)).toMatchObject({ contentType: type, inline: true });
  });

  test('plain text is shown inline as UTF-8', () => {
    expect(deliveryType('text/plain')).toMatchObject({ contentType: 'text/plain; charset=utf-8', inline: true });
  });

  test.each([
    ['koi8-r', 'text/plain; charset=koi8-r'],
    ['windows-1251', 'text/plain; charset=windows-1251'],
    ['UTF-16LE', 'text/plain; charset=utf-16le'],
    ['shift_jis', 'text/plain; charset=shift_jis'],
  ])('a text in %s is shown inline as what it is', (charset, contentType) => {
    expect(deliveryType(`text/plain; charset=${charset}`)).toEqual({ contentType, inline: true });
  });

  test.each(['unknown-8bit', 'utf-7', 'utf-32le', 'x-unheard-of', 'replacement'])(
    'a text in %s, which no browser reads, is an attachment',
    (charset) => expect(deliveryType(`text/plain; charset=${charset}`).inline).toBe(false),
  );

  test.each([
    'image/svg+xml',
    'application/pdf',
    'image/heic',
    'image/tiff',
    'text/csv',
    'application/zip',
    'application/x-7z-compressed',
  ])('%s is never inline', (type) => {
    expect(deliveryType(type).inline).toBe(false);
    expect(deliveryType(type).contentType.split(';')[0]).toBe(type);
  });

  test.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'application/xhtml+xml',
    'text/xml',
    'application/xml',
    'application/x-shockwave-flash',
    'text/javascript',
    'application/javascript',
    'application/ecmascript',
    'text/css',
    'application/wasm',
    'text/cache-manifest',
  ])('%s, which a page could run, is delivered as bytes without meaning', (type) => {
    expect(deliveryType(type)).toMatchObject({ contentType: 'application/octet-stream', inline: false });
  });

  test.each(['', 'png', 'image/', 'image/png\r\nX-Evil: 1', 'image/p ng', 'картинка/png', `a/${'b'.repeat(500)}`])(
    'that is malformed (%j) is delivered as bytes without meaning',
    (type) => {
      expect(deliveryType(type)).toMatchObject({ contentType: 'application/octet-stream', inline: false });
    },
  );

  test('of an older row may be in capitals or have parameters', () => {
    expect(deliveryType('IMAGE/PNG')).toMatchObject({ contentType: 'image/png', inline: true });
    expect(deliveryType('audio/ogg; codecs=opus')).toMatchObject({ contentType: 'audio/ogg', inline: true });
  });

  test.each(['constructor', '__proto__', 'toString'])('is not taken from the prototype of a table: %s', (type) => {
    expect(deliveryType(type).contentType).toBe('application/octet-stream');
  });
});
