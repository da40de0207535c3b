import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { detectFileType } from './detect.ts';
import { typesOfExtension } from './media-types.ts';

const OPAQUE = 'application/octet-stream';
const ascii = (text: string) => Buffer.from(text, 'latin1');
const mimeOfExtension = (extension: string) => typesOfExtension(extension)[0]?.mimeType;

/** The type by all bytes, fed in small chunks as a slow network would. */
async function mimeOf(bytes: Buffer, name = 'file', chunkBytes = 7): Promise<string> {
  const type = await detectFileType(bytes, name);
  for (let at = 0; at < bytes.length; at += chunkBytes) type.watch?.(bytes.subarray(at, at + chunkBytes));
  return type.settle();
}

async function zipOf(names: readonly string[], content = 'x'): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(Buffer.from(content), name, { compress: name !== 'mimetype' });
  zip.end();
  return buffer(zip.outputStream);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const isoMedia = (brand: string, compatible = 'isom') => box('ftyp', ascii(brand), Buffer.alloc(4), ascii(compatible));

/** A movie whose tracks stand behind its media, as phones write it. */
function movie(brand: string, ...handlers: string[]): Buffer {
  const track = (handler: string) =>
    box('trak', box('mdia', box('hdlr', Buffer.alloc(8), ascii(handler), Buffer.alloc(13)), box('minf')));
  const media = box('mdat', Buffer.alloc(300, 0x11));
  return Buffer.concat([isoMedia(brand), media, box('moov', box('mvhd', Buffer.alloc(20)), ...handlers.map(track))]);
}

function compoundFile(): Buffer {
  const file = Buffer.alloc(1024);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file);
  return file;
}

function matroska(documentType: string, ...codecs: string[]): Buffer {
  const type = Buffer.concat([Buffer.from([0x42, 0x82, 0x80 + documentType.length]), ascii(documentType)]);
  const head = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 + type.length]), type]);
  return Buffer.concat([head, Buffer.from([0]), ascii(codecs.join('\0'))]);
}

describe('pictures', () => {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c60' } });
  it.each(['png', 'jpeg', 'gif', 'webp', 'avif', 'tiff'] as const)('are known by their bytes: %s', async (format) => {
    expect(await mimeOf(await picture.clone().toFormat(format).toBuffer(), 'invoice.pdf')).toBe(`image/${format}`);
  });

  it('HEIC, HEIF and AVIF are known by their brands', async () => {
    expect(await mimeOf(isoMedia('heic'))).toBe('image/heic');
    expect(await mimeOf(isoMedia('mif1', 'heic'))).toBe('image/heic');
    expect(await mimeOf(isoMedia('mif1', 'avif'))).toBe('image/avif');
    expect(await mimeOf(isoMedia('avis', 'avif'))).toBe('image/avif');
    expect(await mimeOf(isoMedia('mif1', 'miaf'))).toBe('image/heif');
  });

  it('BMP is believed by its header, not by its two letters', async () => {
    const header = Buffer.alloc(54);
    header.write('BM');
    header.writeUInt32LE(40, 14);
    expect(await mimeOf(header)).toBe('image/bmp');
    header.writeUInt32LE(41, 14);
    expect(await mimeOf(header)).toBe(OPAQUE);
  });

  it('a PNG that is damaged behind its signature is still a PNG', async () => {
    const damaged = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(5000, 0xab)]);
    expect(await mimeOf(damaged, 'x.bin')).toBe('image/png');
  });

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY x "y">]>\n<svg/>',
    '\ufeff  <s:svg a="b" xmlns:s="http://www.w3.org/2000/svg">',
  ])('SVG is known by its root element: %j', async (text) => {
    expect(await mimeOf(Buffer.from(text), 'photo.png')).toBe('image/svg+xml');
    expect(await mimeOf(Buffer.from(text), 'notes.txt')).toBe('text/plain');
  });
});

describe('markup and scripts', () => {
  const pages = [
    '<!DOCTYPE html><p>hi',
    '  \n<html><body>',
    '<script>alert(1)</script>',
    '<!-- a --><b>x</b>',
    '<?php echo 1;',
    '<iframe src=x>',
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
  ];
  it.each(pages)(
    'a page is called one under the name of a picture, and a text under the name of one: %j',
    async (text) => {
      for (const name of ['photo.png', 'scan.pdf', 'clip.mp4', 'x.svg', 'index.html']) {
        expect(await mimeOf(Buffer.from(text), name)).toBe('text/html');
        expect(await mimeOf(Buffer.from(`\ufeff${text}`, 'utf16le'), name)).toBe('text/html');
      }
      expect(await mimeOf(Buffer.from(text), 'README.md')).toBe('text/plain');
      expect(await mimeOf(Buffer.from(text), 'README')).toBe('text/plain');
      // Reports of web programs: Excel and Word open them, no browser shall.
      expect(await mimeOf(Buffer.from(text), 'report.xls')).toBe(OPAQUE);
    },
  );

  it.each([
    ['route.gpx', '<?xml version="1.0"?><gpx/>'],
    ['Info.plist', '<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "a" "b"><plist/>'],
    ['invoice.xml', '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'],
    ['export.xyz', '<?xml version="1.0" encoding="windows-1251"?><a/>'],
  ])('XML is XML: %s', async (name, text) => {
    expect(await mimeOf(Buffer.from(text), name)).toBe('application/xml');
    expect(await mimeOf(Buffer.from(text), 'photo.png')).not.toMatch(/^image/);
  });

  it('a script is the text that it is, never the picture that it claims to be', async () => {
    expect(await mimeOf(Buffer.from('alert(document.cookie)'), 'photo.png')).toBe('text/plain');
    expect(await mimeOf(Buffer.from('GIF89a=1;alert(1)'), 'photo.gif')).toBe('text/plain');
    expect(await mimeOf(Buffer.from('#!/bin/sh\nrm -rf /'), 'deploy')).toBe('text/plain');
  });
});

describe('documents', () => {
  const pdf = '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n';

  it.each([
    ['at once', ''],
    ['behind a line end', '\n'],
    ['behind the head of an HTTP response', 'Content-Type: application/pdf\r\n\r\n'],
    ['behind the commands of a printer', '\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n'],
    ['behind blanks', ' '.repeat(1000)],
    ['behind zeros', '\0'.repeat(128)],
  ])('a PDF is one whose header comes %s, under any name', async (_, before) => {
    for (const name of ['a.pdf', 'a.png', 'a']) {
      expect(await mimeOf(ascii(`${before}${pdf}`), name)).toBe('application/pdf');
      expect(await mimeOf(ascii(`${before}%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n`), name)).toBe('application/pdf');
    }
  });

  it('a text that writes about PDF is none, nor is a header further back', async () => {
    expect(await mimeOf(ascii(`How a file begins:\n${pdf}`), 'howto.md')).toBe('text/plain');
    expect(await mimeOf(ascii('Files begin with %PDF-1.7.'), 'howto')).toBe('text/plain');
    expect(await mimeOf(ascii(`${'x'.repeat(1100)}${pdf}`), 'a.pdf')).toBe('text/plain');
  });

  it('RTF is known by its first letters', async () => {
    expect(await mimeOf(ascii('{\\rtf1\\ansi Hello\\par}'), 'letter.doc')).toBe('application/rtf');
  });

  it('texts with a form of their own are told by their ending', async () => {
    expect(await mimeOf(ascii('BEGIN:VCALENDAR\r\n'), 'a.ics')).toBe('text/calendar');
    expect(await mimeOf(ascii('BEGIN:VCARD\r\n'), 'a.vcf')).toBe('text/vcard');
    expect(await mimeOf(ascii('From: a@example.org\r\n\r\ntext'), 'a.eml')).toBe('message/rfc822');
  });
});

describe('audio and video', () => {
  it.each([
    ['video/mp4', isoMedia('isom')],
    ['video/mp4', isoMedia('M4V ')],
    ['video/quicktime', isoMedia('qt  ')],
    ['audio/mp4', isoMedia('M4A ')],
    ['video/webm', matroska('webm', 'V_VP9', 'A_OPUS')],
    ['audio/webm', matroska('webm', 'A_OPUS')],
    ['video/webm', matroska('webm', 'A_OPUS', 'V_MPEG4/ISO/AVC')],
    ['video/matroska', matroska('matroska', 'V_MPEG4/ISO/AVC', 'A_OPUS')],
    ['audio/matroska', matroska('matroska', 'A_FLAC')],
    ['audio/amr', ascii('#!AMR\n\x04\x12\x13')],
    ['video/3gpp', isoMedia('3gp5')],
    ['video/vnd.avi', ascii('RIFF\x24\0\0\0AVI LIST\x10\0\0\0')],
    ['audio/flac', ascii('fLaC\0\0\0\x22')],
    ['audio/wav', ascii('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0')],
    ['audio/mpeg', Buffer.from('fffb9064000000000000000000000000', 'hex')],
    ['audio/aac', Buffer.from('fff15080000000000000000000000000', 'hex')],
    ['audio/ogg', Buffer.concat([ascii('OggS\0\x02'), Buffer.alloc(20), ascii('\x01\x13OpusHead'), Buffer.alloc(20)])],
    [
      'video/ogg',
      Buffer.concat([ascii('OggS\0\x02'), Buffer.alloc(20), ascii('\x01\x2a\x80theora'), Buffer.alloc(40)]),
    ],
  ])('%s is known', async (mimeType, bytes) => {
    expect(await mimeOf(bytes, 'x.txt')).toBe(mimeType);
  });

  it.each([
    ['isom', 'audio/mp4', 'video/mp4'],
    ['mp42', 'audio/mp4', 'video/mp4'],
    ['qt  ', 'audio/mp4', 'video/quicktime'],
    ['3gp4', 'audio/3gpp', 'video/3gpp'],
  ])('sound alone in a file of brand %s is %s, wherever its tracks are listed', async (brand, sound, video) => {
    for (const chunkBytes of [1, 7, 65_536]) {
      expect(await mimeOf(movie(brand, 'soun'), 'voice', chunkBytes)).toBe(sound);
      expect(await mimeOf(movie(brand, 'soun', 'text'), 'voice', chunkBytes)).toBe(sound);
      expect(await mimeOf(movie(brand, 'soun', 'vide'), 'clip', chunkBytes)).toBe(video);
      expect(await mimeOf(movie(brand, 'vide'), 'clip', chunkBytes)).toBe(video);
    }
  });

  it('a file of nothing but empty boxes costs no more than its bytes', async () => {
    const boxes = Buffer.concat([isoMedia('isom'), Buffer.alloc(16_000_000, box('free'))]);
    const before = process.cpuUsage().user;
    expect(await mimeOf(boxes, 'a.mp4', 65_536)).toBe('video/mp4');
    expect(process.cpuUsage().user - before).toBeLessThan(2_000_000);
  });
});

describe('containers', () => {
  it.each([
    ['docx', 'word/document.xml'],
    ['xlsx', 'xl/workbook.xml'],
    ['pptx', 'ppt/presentation.xml'],
  ])('an Office file whose parts are in sight is one under any name: %s', async (extension, part) => {
    // As openpyxl, pandas and POI write it: the list of contents comes last.
    const bytes = await zipOf(['docProps/app.xml', '_rels/.rels', part, '[Content_Types].xml']);
    expect(await mimeOf(bytes, `report.${extension}`)).toBe(mimeOfExtension(extension));
    expect(await mimeOf(bytes.subarray(0, bytes.length >> 1), `report.${extension}`)).toBe(mimeOfExtension(extension));
  });

  it('the name decides among the formats built on zip', async () => {
    const bytes = await zipOf(['Pictures/1.jpg', 'content.xml', 'mimetype']);
    for (const extension of ['odt', 'xlsm', 'docm', 'pages', 'numbers', 'key', 'epub', 'docx', 'kmz']) {
      expect(await mimeOf(bytes, `a.${extension}`)).toBe(mimeOfExtension(extension));
    }
    for (const name of ['photo.png', 'a.zip', 'a', 'a.doc']) expect(await mimeOf(bytes, name)).toBe('application/zip');
  });

  it.each(['text', 'spreadsheet', 'presentation'])('OpenDocument says itself what it is: %s', async (kind) => {
    const type = `application/vnd.oasis.opendocument.${kind}`;
    expect(await mimeOf(await zipOf(['mimetype', 'content.xml'], type))).toBe(type);
  });

  it('programs in zip clothing are called programs', async () => {
    expect(await mimeOf(await zipOf(['META-INF/MANIFEST.MF', 'A.class']), 'a.zip')).toBe('application/java-archive');
    const android = await mimeOf(await zipOf(['AndroidManifest.xml', 'classes.dex']), 'a.zip');
    expect(android).toBe('application/vnd.android.package-archive');
  });

  it('the name decides among the formats built on compound files', async () => {
    for (const extension of ['doc', 'xls', 'ppt', 'msg', 'docx']) {
      expect(await mimeOf(compoundFile(), `a.${extension}`)).toBe(mimeOfExtension(extension));
    }
    expect(await mimeOf(compoundFile(), 'a.png')).toBe('application/x-cfb');
  });
});

describe('everything else', () => {
  it.each([
    ['application/x-msdownload', Buffer.concat([ascii('MZ\x90\0'), Buffer.alloc(200)])],
    ['application/x-elf', Buffer.concat([ascii('\x7fELF\x02\x01\x01'), Buffer.alloc(200)])],
    ['application/gzip', Buffer.from('1f8b0800000000000003', 'hex')],
    ['application/x-7z-compressed', Buffer.from('377abcaf271c00040000', 'hex')],
    ['application/x-rar-compressed', ascii('Rar!\x1a\x07\x01\0')],
    [OPAQUE, Buffer.from('00ff13c2a9e0010203040506', 'hex')],
    [OPAQUE, Buffer.alloc(5000)],
  ])('%s is what its bytes are, whatever the name', async (mimeType, bytes) => {
    expect(await mimeOf(bytes, 'photo.png')).toBe(mimeType);
  });

  it('any bytes at all get a type, and nothing throws', async () => {
    let seed = 7;
    for (let round = 0; round < 1_000; round++) {
      const bytes = Buffer.alloc(round % 97, 0);
      for (let at = 0; at < bytes.length; at++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        bytes[at] = seed >> 16;
      }
      const heads = ['PK\x03\x04', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', '\0\0\0\x18ftypmif1', 'ID3\x03', 'OggS', ''];
      await mimeOf(Buffer.concat([ascii(heads[round % heads.length] ?? ''), bytes]), 'a.docx');
    }
  });
});
