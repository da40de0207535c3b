import { describe, expect, it } from 'vitest';
import { detectFileType, SNIFF_BYTES } from './detect.ts';

const RUSSIAN = 'Здравствуйте! Заказ не пришёл, помогите, пожалуйста.\r\n';

async function mimeOf(bytes: Buffer, name = 'file'): Promise<string> {
  const type = await detectFileType(bytes, name);
  for (let at = 0; at < bytes.length; at += 1000) type.watch?.(bytes.subarray(at, at + 1000));
  return type.settle();
}

/** Encodes with a decoder's table turned around: Node decodes all of these, and encodes none. */
function encode(text: string, label: string): Buffer {
  const codes = new Map<string, number[]>();
  const decoder = new TextDecoder(label);
  const isWide = !/^(windows|koi8|ibm|iso-8859)/.test(label);
  for (let lead = 0; lead < 256; lead++) {
    const alone = decoder.decode(Uint8Array.of(lead));
    if (alone.length === 1 && alone !== '\ufffd') codes.set(alone, [lead]);
    for (let trail = 0x40; isWide && lead > 0x80 && trail < 255; trail++) {
      const pair = decoder.decode(Uint8Array.of(lead, trail));
      if (pair.length === 1 && !codes.has(pair)) codes.set(pair, [lead, trail]);
    }
  }
  return Buffer.from([...text].flatMap((letter) => codes.get(letter) ?? expect.unreachable(`no ${letter}`)));
}

const utf32 = (text: string, write: 'writeUInt32LE' | 'writeUInt32BE') =>
  Buffer.concat(
    [...text].map((letter) => {
      const bytes = Buffer.alloc(4);
      bytes[write](letter.codePointAt(0) ?? 0);
      return bytes;
    }),
  );

describe('a text is what reads as text', () => {
  it.each([
    ['an empty file', ''],
    ['the end-of-file mark of DOS', 'a;b\r\n1;2\r\n\x1a'],
    ['separators of records', 'a\x1fb\x1fc\x1e1\x1f2\x1f3\x1e'],
    ['a log of the FIX protocol', '8=FIX.4.2\x019=65\x0135=A\x0149=SERVER\x01'],
    ['NULs after a power cut', 'started\n\0\0\0\0after power loss\n'],
    ['a lost block of a disk', `${'line\n'.repeat(20)}${'\0'.repeat(4096)}${'line\n'.repeat(20)}`],
    ['colours of a terminal', '\x1b[31mERROR\x1b[0m at <div>'],
    ['a mark that means a page elsewhere', '<p align="center"><img src="logo.png"></p>\n\n# Title\n'],
    ['a document type', '<!doctype html>\n'],
    ['a shebang', '#!/usr/bin/env python\n'],
    ['a line in angle brackets', '<link down> eth0\n'],
    ['letters that begin formats', 'BM and GIF are formats, ID3 is not'],
    ['emoji', '😀 <3'],
  ])('with %s', async (_, text) => {
    for (const name of ['notes.md', 'server.log', 'a.txt', 'README']) {
      expect(await mimeOf(Buffer.from(text), name)).toBe('text/plain');
    }
    expect(await mimeOf(Buffer.from(text), 'Отчёт.CSV')).toBe('text/csv');
  });

  it('under a name that says so, holes or not', async () => {
    const holes = Buffer.from('field\0\0\0\0'.repeat(20));
    expect(await mimeOf(holes, 'export.txt')).toBe('text/plain');
    expect(await mimeOf(holes, 'export.dat')).toBe('application/octet-stream');
  });

  it('whose last character is cut off at the end of the first bytes', async () => {
    expect(await mimeOf(Buffer.from(`a${'я'.repeat(SNIFF_BYTES)}`))).toBe('text/plain');
  });
});

describe('the encoding of a text', () => {
  it('is UTF-16 or UTF-32 with a mark and without', async () => {
    for (const text of [RUSSIAN, 'HKEY_LOCAL_MACHINE\\SOFTWARE\r\n', '您好，我的订单还没有到\r\n'.repeat(3)]) {
      for (const mark of ['', '\ufeff']) {
        const little = Buffer.from(`${mark}${text}`, 'utf16le');
        expect(await mimeOf(little, 'a.txt')).toBe('text/plain; charset=utf-16le');
        expect(await mimeOf(Buffer.from(little).swap16(), 'a.txt')).toBe('text/plain; charset=utf-16be');
        expect(await mimeOf(utf32(`${mark}${text}`, 'writeUInt32LE'), 'a')).toBe('text/plain; charset=utf-32le');
        expect(await mimeOf(utf32(`${mark}${text}`, 'writeUInt32BE'), 'a')).toBe('text/plain; charset=utf-32be');
      }
    }
  });

  it.each([
    ['windows-1251', RUSSIAN],
    ['windows-1251', 'BEGIN:VCARD\r\nFN:Анна\r\nEND:VCARD\r\n'],
    ['koi8-r', RUSSIAN],
    ['ibm866', RUSSIAN],
    ['windows-1252', 'Sehr geehrte Damen und Herren, herzliche Grüße aus München\r\n'],
    ['windows-1250', 'Dzień dobry, moje zamówienie nie dotarło. Proszę o pomoc.\r\n'],
    ['shift_jis', '注文した商品が届きません。確認してください。\r\n'],
    ['gb18030', '您好，我的订单还没有到，请帮我查一下。\r\n'],
    ['big5', '您好，我的訂單還沒有到，請幫我查一下。\r\n'],
    ['euc-kr', '주문한 상품이 도착하지 않았습니다. 확인 부탁드립니다.\r\n'],
  ])('is found: %s', async (label, text) => {
    const bytes = encode(text, label);
    for (const name of ['a.txt', 'a.json', 'a.py', 'a.sql']) {
      expect(await mimeOf(bytes, name)).toBe(`text/plain; charset=${label}`);
    }
    expect(await mimeOf(bytes, 'a.vcf')).toBe(`text/vcard; charset=${label}`);
    expect(await mimeOf(Buffer.concat([bytes, Buffer.from('\x1a')]), 'a.csv')).toBe(`text/csv; charset=${label}`);
  });

  it('is found in the last line of a long log too', async () => {
    const ending = encode(RUSSIAN, 'windows-1251');
    const log = Buffer.concat([Buffer.from('2024-01-01 all is well\n'.repeat(10_000)), ending]);
    expect(await mimeOf(log, 'server.log')).toBe('text/plain; charset=windows-1251');
  });

  it('is unknown where parts are in different ones, or where too little is there to tell', async () => {
    const mixed = Buffer.concat([Buffer.from(RUSSIAN.repeat(3000)), encode(RUSSIAN, 'windows-1251')]);
    expect(await mimeOf(mixed, 'a.log')).toBe('text/plain; charset=unknown-8bit');
    expect(await mimeOf(Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]), 'a.txt')).toBe('text/plain; charset=unknown-8bit');
    expect(await mimeOf(Buffer.from(RUSSIAN).subarray(0, -3), 'a.log')).toMatch(/^text\/plain/);
  });
});
