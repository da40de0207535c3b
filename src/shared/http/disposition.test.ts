import { parse } from 'content-disposition';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDisposition, isFalselyNamedText, keepFalseEnding, presentFileName } from './disposition.ts';
import { deliveryType } from './inline-types.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const hostileName = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '.',
      '/',
      '\\',
      '\0',
      '\r',
      '\n',
      '"',
      ';',
      '%',
      '\u202e',
      '\u2066',
      '\ud83d',
      '😀',
      'ё',
      ' ',
      'exe',
      'png',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 300,
});
const mimeType = fc.constantFrom('image/png', 'application/pdf', 'text/plain', 'application/octet-stream', 'video/mp4');

describe('a file name', () => {
  test.each([
    ['photo.png', 'photo.png'],
    ['Снимок экрана (2).png', 'Снимок экрана (2).png'],
    ['семья 👨‍👩‍👧.png', 'семья 👨‍👩‍👧.png'],
    ['PHOTO.PNG', 'PHOTO.PNG'],
  ])('that is harmless stays as it is: %s', (name, presented) => {
    expect(presentFileName(name, 'image/png')).toBe(presented);
  });

  test.each([
    ['../../etc/passwd', 'passwd.png'],
    ['..\\..\\boot.ini', 'boot.png'],
    ['/etc/cron.d/job', 'job.png'],
    ['C:\\Users\\a\\photo.png', 'photo.png'],
    ['..', 'file.png'],
    ['', 'file.png'],
    ['.png', 'png.png'],
    ['.htaccess', 'htaccess.png'],
    ['/', 'file.png'],
    ['photo\0.png', 'photo.png'],
    ['pho\r\nSet-Cookie: a=b.png', 'phoSet-Cookie: a=b.png'],
    ['photo.png. . .', 'photo.png'],
    ['\u202egnp.exe', 'gnp.png'],
    ['a\u2066b\u2069\u200f\u061c.png', 'ab.png'],
    ['CON', '_CON.png'],
    ['nul.tar.png', '_nul.tar.png'],
    ['lone\ud800.png', 'lone\ufffd.png'],
  ])('that is harmful becomes harmless: %j', (name, presented) => {
    expect(presentFileName(name, 'image/png')).toBe(presented);
  });

  test.each([
    ['photo.jpg', 'image/png', 'photo.png'],
    ['photo.jpeg', 'image/jpeg', 'photo.jpeg'],
    ['photo.png.exe', 'image/png', 'photo.png'],
    ['page.html', 'text/plain', 'page.txt'],
    ['run.exe.html', 'image/png', 'run.png'],
    ['server.log', 'text/plain', 'server.log'],
    ['report.v2', 'application/pdf', 'report.v2.pdf'],
    ['Отчёт за май.', 'application/pdf', 'Отчёт за май.pdf'],
    ['voice', 'audio/ogg; codecs=opus', 'voice.ogg'],
    ['font.ttf', 'application/x-something', 'font.ttf'],
  ])('ends as its type does: %s of %s', (name, type, presented) => {
    expect(presentFileName(name, type)).toBe(presented);
  });

  test('of 4 KB is cut to what any file system takes, between two code points, its ending kept', () => {
    const presented = presentFileName(`${'я😀'.repeat(1000)}.png`, 'image/png');
    expect(bytesOf(presented)).toBeLessThanOrEqual(200);
    expect(bytesOf(presented)).toBeGreaterThan(190);
    expect(presented).toMatch(/^(?:я😀)+я?\.png$/u);
  });

  test('of any characters and type is harmless, short, and stable when presented again', () => {
    fc.assert(
      fc.property(hostileName, mimeType, (name, type) => {
        const presented = presentFileName(name, type);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        expect(presented).not.toMatch(/[\u0000-\u001f\u007f-\u009f/\\\u202a-\u202e\u2066-\u2069]|^[. ]|[. ]$/);
        expect(presented).not.toBe('');
        expect(presented.isWellFormed()).toBe(true);
        expect(bytesOf(presented)).toBeLessThanOrEqual(200);
        const { extensions } = deliveryType(type);
        const ending = presented.slice(presented.lastIndexOf('.') + 1).toLowerCase();
        if (extensions.length > 0) expect(extensions).toContain(ending);
        expect(presentFileName(presented, type)).toBe(presented);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a million characters costs no more than a long one', () => {
    const startedAt = process.cpuUsage().user / 1000;
    for (const name of ['. '.repeat(500_000), '.exe'.repeat(250_000), '😀'.repeat(500_000), '/'.repeat(1_000_000)]) {
      presentFileName(name, 'image/png');
    }
    expect(process.cpuUsage().user / 1000 - startedAt).toBeLessThan(5_000);
  });
});

describe('Content-Disposition', () => {
  test('of a plain name is the name in quotes', () => {
    expect(contentDisposition('attachment', 'annual report.pdf')).toBe('attachment; filename="annual report.pdf"');
  });

  test('of a Unicode name has an ASCII fallback beside it', () => {
    expect(contentDisposition('inline', 'фото 1.png')).toBe(
      `inline; filename="_ 1.png"; filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE%201.png`,
    );
  });

  test.each(['a"; filename="b.exe.png', 'semi;colon.png', "quote'.png", '50%.png', '%2e%2e.png', 'back\\slash.png'])(
    'of %j is one header whose name reads back whole',
    (name) => {
      const header = contentDisposition('attachment', name);
      expect(header).toMatch(/^attachment; filename="[^"\\%]*"(?:; filename\*=UTF-8''[\w.~!$&+^`|%-]+)?$/);
      expect(parse(header)).toMatchObject({ type: 'attachment', parameters: { filename: name } });
    },
  );

  test('of any presented name is printable ASCII on one line and reads back as that name', () => {
    fc.assert(
      fc.property(hostileName, mimeType, (name, type) => {
        const presented = presentFileName(name, type);
        const header = contentDisposition('inline', presented);
        expect(header).toMatch(/^inline; filename[\x20-\x7e]+$/);
        expect(parse(header).parameters.filename).toBe(presented);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a text', () => {
  test.each([
    ['photo.png', 'photo.png.txt'],
    ['page.HTML', 'page.HTML.txt'],
    ['x.js.', 'x.js.txt'],
  ])('named %s keeps that in its name, and is told apart by either', (name, kept) => {
    const presented = presentFileName(keepFalseEnding(name, 'text/plain'), 'text/plain');
    expect(presented).toBe(kept);
    expect(presentFileName(presented, 'text/plain')).toBe(presented);
    expect(isFalselyNamedText(name, 'text/plain')).toBe(true);
    expect(isFalselyNamedText(presented, 'text/plain; charset=utf-8')).toBe(true);
  });

  test.each(['notes.txt', 'server.log', 'notes', 'v1.2', 'data.json', 'notes.2024.txt', ''])(
    'named %j is none',
    (name) => {
      expect(keepFalseEnding(name, 'text/plain')).toBe(name);
      expect(isFalselyNamedText(name, 'text/plain')).toBe(false);
    },
  );

  test('is meant, and no picture under another name', () => {
    expect(keepFalseEnding('photo.jpg', 'image/png')).toBe('photo.jpg');
    expect(isFalselyNamedText('photo.jpg', 'image/png')).toBe(false);
  });
});
