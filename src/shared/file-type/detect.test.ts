import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { detectFileType, SNIFF_BYTES } from './detect.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');
const mimeOf = async (bytes: Uint8Array, name = 'file', claim?: string) =>
  (await detectFileType(bytes, name, claim))?.mimeType ?? null;

async function zipOf(names: readonly string[], content = 'x'): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(Buffer.from(content), name, { compress: name !== 'mimetype' });
  zip.end();
  return buffer(zip.outputStream);
}

function isoMedia(brand: string, compatible = 'isom'): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 20]), ascii(`ftyp${brand}`), Buffer.alloc(4), ascii(compatible)]);
}

function compoundFile(names: readonly string[], directorySector = 0): Buffer {
  const file = Buffer.alloc(512 * 6);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(directorySector, 48);
  names.forEach((name, index) => {
    const at = 512 + index * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(name.length * 2 + 2, at + 64);
  });
  return file;
}

function webm(...codecs: string[]): Buffer {
  const head = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex');
  return Buffer.concat([head, Buffer.from([0]), ascii(codecs.join('\0'))]);
}

describe('pictures', () => {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c60' } });
  it.each(['png', 'jpeg', 'gif', 'webp', 'avif', 'tiff'] as const)('knows %s by its bytes', async (format) => {
    const bytes = await picture.clone().toFormat(format).toBuffer();
    expect(await detectFileType(bytes, 'invoice.pdf', 'application/pdf')).toMatchObject({
      mimeType: `image/${format}`,
      kind: 'image',
    });
  });

  it('knows HEIC, HEIF and AVIF by their brands', async () => {
    expect(await mimeOf(isoMedia('heic'))).toBe('image/heic');
    expect(await mimeOf(isoMedia('mif1', 'heic'))).toBe('image/heic');
    expect(await mimeOf(isoMedia('mif1', 'avif'))).toBe('image/avif');
    expect(await mimeOf(isoMedia('mif1', 'miaf'))).toBe('image/heif');
  });

  it('believes BMP by its header, not by its two letters', async () => {
    const header = Buffer.alloc(54);
    header.write('BM');
    header.writeUInt32LE(54, 10);
    header.writeUInt32LE(40, 14);
    expect(await mimeOf(header)).toBe('image/bmp');
    header.writeUInt32LE(41, 14);
    expect(await mimeOf(header)).toBeNull();
  });

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY x "y">]>\n<svg/>',
    '\ufeff  <s:svg a="b" xmlns:s="http://www.w3.org/2000/svg">',
  ])('knows SVG by its root element: %j', async (text) => {
    expect(await detectFileType(Buffer.from(text), 'photo.png', 'image/png')).toEqual({
      mimeType: 'image/svg+xml',
      extension: 'svg',
      kind: 'image',
    });
  });
});

describe('markup and scripts', () => {
  it.each([
    '<!DOCTYPE html><p>hi',
    '  \n<html><body>',
    '<script>alert(1)</script>',
    '<!-- a --><b>x</b>',
    '<?xml version="1.0"?><note/>',
    '<?php echo 1;',
    '<iframe src=x>',
    '<!-- <svg> -->',
    '<!-- never closed <svg/>',
    '#!/bin/sh\nrm -rf /',
  ])('refuses %j whatever it is called', async (text) => {
    for (const name of ['photo.png', 'index.html', 'notes.txt', 'data.csv', 'x.svg']) {
      expect(await detectFileType(Buffer.from(text), name, 'image/png')).toBeNull();
    }
    expect(await mimeOf(Buffer.from(`\ufeff${text}`, 'utf16le'), 'photo.png')).toBeNull();
  });

  it('takes a script without a mark for the text that it is, never for the picture that it claims to be', async () => {
    expect(await mimeOf(Buffer.from('alert(document.cookie)'), 'photo.png', 'image/png')).toBe('text/plain');
    expect(await mimeOf(Buffer.from('GIF89a=1;alert(1)'), 'photo.gif', 'image/gif')).toBe('text/plain');
  });
});

describe('texts', () => {
  it('takes an empty file for a text', async () => {
    expect(await detectFileType(Buffer.alloc(0), 'empty.png')).toEqual({
      mimeType: 'text/plain',
      extension: 'txt',
      kind: 'text',
    });
  });

  it.each([
    '# Notes\n\n- a < b',
    'BM and GIF are formats, ID3 is not',
    '\u001b[31mERROR\u001b[0m at <div>',
    '{"a":1}',
    '<3',
  ])('takes %j for plain text', async (text) => {
    expect(await mimeOf(Buffer.from(text), 'notes.md')).toBe('text/plain');
  });

  it('calls a text CSV when its name does', async () => {
    expect(await mimeOf(Buffer.from('a;b\n1;2\n'), 'Отчёт.CSV')).toBe('text/csv');
    expect(await mimeOf(Buffer.from('a;b\n1;2\n'), 'noname', 'text/csv; charset=utf-8')).toBe('text/csv');
    expect(await mimeOf(Buffer.from('a;b\n1;2\n'), 'notes.txt', 'text/csv')).toBe('text/plain');
  });

  it('reads UTF-16, and a character cut at the end of the first bytes', async () => {
    expect(await mimeOf(Buffer.from('\ufeffпривет', 'utf16le'))).toBe('text/plain');
    expect(await mimeOf(Buffer.from('\ufeffпривет', 'utf16le').swap16())).toBe('text/plain');
    expect(await mimeOf(Buffer.from(`a${'я'.repeat(SNIFF_BYTES)}`))).toBe('text/plain');
  });

  it('takes windows-1251 for text only when the name says text', async () => {
    const bytes = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x3b, 0x31, 0x0d, 0x0a]);
    expect(await mimeOf(bytes, 'export.csv')).toBe('text/csv');
    expect(await mimeOf(bytes, 'photo.png')).toBeNull();
  });

  it('finds the PDF behind any name', async () => {
    expect(await mimeOf(ascii('%PDF-1.7\n1 0 obj'), 'a.txt')).toBe('application/pdf');
    expect(await mimeOf(ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'a.png')).toBe('application/pdf');
  });
});

describe('audio and video', () => {
  it.each([
    ['video/mp4', isoMedia('isom')],
    ['video/mp4', isoMedia('M4V ')],
    ['video/quicktime', isoMedia('qt  ')],
    ['audio/mp4', isoMedia('M4A ')],
    ['video/webm', webm('V_VP9', 'A_OPUS')],
    ['audio/webm', webm('A_OPUS')],
    ['audio/flac', ascii('fLaC\0\0\0\x22')],
    ['audio/wav', ascii('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0')],
    ['audio/mpeg', Buffer.from('fffb9064000000000000000000000000', 'hex')],
    ['audio/aac', Buffer.from('fff15080000000000000000000000000', 'hex')],
    ['audio/ogg', Buffer.concat([ascii('OggS\0\x02'), Buffer.alloc(20), ascii('\x01\x13OpusHead'), Buffer.alloc(20)])],
    [
      'video/ogg',
      Buffer.concat([ascii('OggS\0\x02'), Buffer.alloc(20), ascii('\x01\x2a\x80theora'), Buffer.alloc(40)]),
    ],
  ])('knows %s', async (mimeType, bytes) => {
    expect(await mimeOf(bytes, 'x.exe', 'application/x-msdownload')).toBe(mimeType);
  });
});

describe('containers', () => {
  it.each([
    ['docx', 'word/document.xml'],
    ['xlsx', 'xl/workbook.xml'],
    ['pptx', 'ppt/presentation.xml'],
  ])('knows %s by its parts', async (extension, part) => {
    const bytes = await zipOf(['[Content_Types].xml', '_rels/.rels', 'docProps/app.xml', part]);
    expect((await detectFileType(bytes, 'archive.zip'))?.extension).toBe(extension);
  });

  it('lets the name choose the Office program only when the parts are out of sight', async () => {
    const bytes = await zipOf(['[Content_Types].xml', '_rels/.rels']);
    expect((await detectFileType(bytes, 'report.docx'))?.extension).toBe('docx');
    expect((await detectFileType(bytes, 'report.zip'))?.extension).toBe('zip');
    expect((await detectFileType(await zipOf(['a.txt']), 'report.docx'))?.extension).toBe('zip');
  });

  it.each(['text', 'spreadsheet', 'presentation'])('knows OpenDocument %s', async (kind) => {
    const type = `application/vnd.oasis.opendocument.${kind}`;
    expect(await mimeOf(await zipOf(['mimetype', 'content.xml'], type))).toBe(type);
  });

  it('knows a plain and an empty zip, and refuses programs in zip clothing', async () => {
    expect(await mimeOf(await zipOf(['photos/1.jpg']), 'photo.png')).toBe('application/zip');
    expect(await mimeOf(await zipOf([]))).toBe('application/zip');
    expect(await mimeOf(await zipOf(['META-INF/MANIFEST.MF', 'A.class']), 'a.zip')).toBeNull();
    expect(await mimeOf(await zipOf(['AndroidManifest.xml', 'classes.dex']), 'a.zip')).toBeNull();
  });

  it('knows old Office files by their directory', async () => {
    expect(await mimeOf(compoundFile(['Root Entry', 'WordDocument']), 'x.xls')).toBe('application/msword');
    expect(await mimeOf(compoundFile(['Root Entry', 'Workbook']))).toBe('application/vnd.ms-excel');
    expect(await mimeOf(compoundFile(['Root Entry', 'PowerPoint Document']))).toBe('application/vnd.ms-powerpoint');
    expect(await mimeOf(compoundFile(['Root Entry', 'Property']), 'setup.doc')).toBeNull();
    expect((await detectFileType(compoundFile(['Root Entry', 'EncryptedPackage']), 'a.xlsx'))?.extension).toBe('xlsx');
  });

  it('asks the name of an old Office file whose directory is out of sight', async () => {
    expect(await mimeOf(compoundFile([], 99_999), 'a.doc')).toBe('application/msword');
    expect(await mimeOf(compoundFile([], 99_999), 'a.msi')).toBeNull();
  });
});

describe('everything else', () => {
  it.each([
    ['a Windows program', Buffer.concat([ascii('MZ\x90\0'), Buffer.alloc(200)])],
    ['a Linux program', Buffer.concat([ascii('\x7fELF\x02\x01\x01'), Buffer.alloc(200)])],
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex')],
    ['7-Zip', Buffer.from('377abcaf271c00040000', 'hex')],
    ['Matroska', Buffer.from('1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61', 'hex')],
    ['noise', Buffer.from('00ff13c2a9e0010203040506', 'hex')],
  ])('refuses %s', async (_name, bytes) => {
    expect(await detectFileType(bytes, 'photo.png', 'image/png')).toBeNull();
  });

  it('answers for any bytes at all, and never throws', async () => {
    let seed = 7;
    for (let round = 0; round < 2_000; round++) {
      const bytes = Buffer.alloc(round % 97, 0);
      for (let at = 0; at < bytes.length; at++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        bytes[at] = seed >> 16;
      }
      const heads = ['PK\x03\x04', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', '\0\0\0\x18ftypmif1', 'ID3\x03', 'OggS', ''];
      await detectFileType(Buffer.concat([ascii(heads[round % heads.length] ?? ''), bytes]), 'a.docx');
    }
  });
});

it('a PNG that is damaged behind its signature is still a PNG', async () => {
  const damaged = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(5000, 0xab)]);
  expect((await detectFileType(damaged, 'x.bin'))?.mimeType).toBe('image/png');
});
