import { parse } from 'content-disposition';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentDisposition, isFalselyNamedText, presentFileName, withEnding } from './disposition.ts';

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
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/cron.d/job', 'job.png'],
    ['C:\\Users\\a\\photo.png', 'photo.png'],
    ['..', 'file.png'],
    ['', 'file.png'],
    ['.png', 'png.png'],
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
    ['macro.xlsm', 'application/vnd.ms-excel.sheet.macroenabled.12'],
    ['macro.docm', 'application/zip'],
    ['meeting.ics', 'text/calendar'],
    ['mail.eml', 'message/rfc822'],
    ['mail.eml', 'text/plain'],
    ['letter.rtf', 'application/rtf'],
    ['letter.pages', 'application/zip'],
    ['photo.hif', 'image/heic'],
    ['photo.png', 'image/jpeg'],
    ['logo.ai', 'application/pdf'],
    ['export.xls', 'text/plain'],
    ['query.sql', 'text/plain; charset=windows-1251'],
    ['app.ts', 'text/plain'],
    ['Makefile', 'text/plain'],
    ['README', 'text/plain'],
    ['report.v2', 'application/pdf'],
    ['voice.mp4', 'audio/mp4'],
    ['setup.exe', 'application/x-msdownload'],
    ['script.sh', 'text/plain'],
    ['photo.png', 'application/octet-stream'],
    ['page.html', 'application/octet-stream'],
    ['font.ttf', 'application/x-something'],
  ])('keeps its ending: %s of %s', (name, type) => {
    expect(presentFileName(name, type)).toBe(name);
  });

  test.each([
    ['photo.png.exe', 'image/png', 'photo.png'],
    ['run.exe.html', 'image/png', 'run.png'],
    ['invoice.pdf.js', 'application/pdf', 'invoice.pdf'],
    ['photo.png', 'text/plain', 'photo.png.txt'],
    ['photo.png', 'text/html', 'photo.png.bin'],
    ['photo.png', 'application/xml', 'photo.png.txt'],
    ['photo.png', 'image/svg+xml', 'photo.png.svg'],
    ['scan.pdf', 'application/x-msdownload', 'scan.pdf.bin'],
  ])('loses an ending that lies about danger: %s of %s', (name, type, presented) => {
    expect(presentFileName(name, type)).toBe(presented);
  });

  test.each([
    ['voice', 'audio/ogg; codecs=opus', 'voice.ogg'],
    ['Отчёт за май.', 'application/pdf', 'Отчёт за май.pdf'],
    ['v2. final draft', 'application/msword', 'v2. final draft.doc'],
  ])('that has no ending gets one a program knows: %s of %s', (name, type, presented) => {
    expect(presentFileName(name, type)).toBe(presented);
  });

  test('is composed, however it was typed', () => {
    const composed = 'Й ё é 각.png';
    expect(presentFileName(composed.normalize('NFD'), 'image/png')).toBe(composed.normalize('NFC'));
    expect(contentDisposition('inline', presentFileName('й.png'.normalize('NFD'), 'image/png'))).toContain(
      '%D0%B9.png',
    );
  });

  test('of 255 bytes is kept whole', () => {
    for (const name of [`${'x'.repeat(247)} (3).png`, `${'я'.repeat(125)}x.png`]) {
      expect([bytesOf(name), presentFileName(name, 'image/png')]).toEqual([255, name]);
    }
  });

  test('that is longer is cut in its middle, between two characters, so that its number and ending survive', () => {
    for (const letters of ['x', 'я', 'я😀', '日本']) {
      const presented = presentFileName(`scan ${letters.repeat(1000)} (3).png`, 'image/png');
      expect(presented).toMatch(/^scan .*….* \(3\)\.png$/u);
      expect(presented).not.toContain('\ufffd');
      expect(bytesOf(presented)).toBeLessThanOrEqual(255);
      expect(bytesOf(presented)).toBeGreaterThan(245);
    }
  });

  test('of a rendition has the ending of the rendition', () => {
    expect(['a.jpg', 'a.b.heic', 'scan'].map((name) => withEnding(name, 'webp'))).toEqual([
      ...['a.webp', 'a.b.webp', 'scan.webp'],
    ]);
  });

  test('of any characters and type is harmless, short, and stable when presented again', () => {
    fc.assert(
      fc.property(hostileName, mimeType, (name, type) => {
        const presented = presentFileName(name, type);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        expect(presented).not.toMatch(/[\u0000-\u001f\u007f-\u009f/\\\u202a-\u202e\u2066-\u2069]|^[. ]|[. ]$/);
        expect(presented).not.toBe('');
        expect(presented.isWellFormed()).toBe(true);
        expect(bytesOf(presented)).toBeLessThanOrEqual(255);
        if (type !== 'application/octet-stream' && type !== 'text/plain') expect(presented).not.toMatch(/\.exe$/i);
        if (type === 'text/plain') expect(presented).not.toMatch(/\.png$/i);
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
  test.each(['photo.png', 'photo.png.txt', 'page.HTML', 'page.html.txt', 'x.js.', 'scan.pdf', 'x.svg'])(
    'named %s is told apart, before and after its name was made safe',
    (name) => {
      expect(isFalselyNamedText(name, 'text/plain')).toBe(true);
      expect(isFalselyNamedText(presentFileName(name, 'text/plain'), 'text/plain; charset=koi8-r')).toBe(true);
    },
  );

  test.each(['notes.txt', 'server.log', 'notes', 'v1.2', 'data.json', 'notes.2024.txt', 'a.py', ''])(
    'named %j is what it says',
    (name) => expect(isFalselyNamedText(name, 'text/plain')).toBe(false),
  );

  test('is meant, and no picture under another name', () => {
    expect(isFalselyNamedText('photo.jpg', 'image/png')).toBe(false);
  });
});
