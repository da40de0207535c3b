import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A file as a customer has it, and what the chat must make of it. */
export interface CustomerFile {
  name: string;
  bytes: Buffer;
  kind: 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'file';
  /** Of the `Content-Type`, where the type is known; without its parameters. */
  mimeType?: string;
  inline?: boolean;
}

const text = (name: string, words: string | Buffer): CustomerFile => ({
  name,
  bytes: Buffer.from(words),
  kind: 'text',
});

const stored = (name: string, bytes: Buffer | string): CustomerFile => ({
  name,
  bytes: Buffer.from(bytes),
  kind: 'file',
  inline: false,
});

/** A zip whose parts come in this order, as the program that wrote it has them. */
async function zip(name: string, parts: Record<string, string>, mimeType?: string): Promise<CustomerFile> {
  const archive = new ZipFile();
  for (const [path, content] of Object.entries(parts)) archive.addBuffer(Buffer.from(content), path);
  archive.end();
  return { ...stored(name, await buffer(archive.outputStream)), ...(mimeType && { mimeType }) };
}

/** A PDF of one empty page, with its cross-reference table. */
function pdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = body.length;
  body += `xref\n0 4\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

const behind = (name: string, lead: string): CustomerFile => ({
  name,
  bytes: Buffer.concat([Buffer.from(lead), pdf()]),
  kind: 'pdf',
  mimeType: 'application/pdf',
  inline: false,
});

const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';

/** "Анна" in windows-1251, inside a contact. */
const contact1251 = Buffer.concat([
  Buffer.from('BEGIN:VCARD\r\nFN:'),
  Buffer.from('c0ededa02cefe2eef0eee220c8e2e0ed', 'hex'),
  Buffer.from('\r\nEND:VCARD\r\n'),
]);

/** The kinds of files that customers send to support. */
export async function customerFiles(): Promise<CustomerFile[]> {
  return [
    await zip(
      'report.xlsx',
      { 'xl/worksheets/sheet1.xml': '<w/>', 'xl/workbook.xml': '<w/>', '[Content_Types].xml': types },
      SHEET,
    ),
    await zip('macro.xlsm', { '[Content_Types].xml': types, 'xl/workbook.xml': '<w/>', 'xl/vbaProject.bin': 'x' }),
    await zip('letter.docx', {
      'word/media/image1.png': 'x',
      'word/document.xml': '<w/>',
      '[Content_Types].xml': types,
    }),
    await zip('letter.pages', { 'Index/Document.iwa': 'x', 'Metadata/Properties.plist': 'bplist00' }),
    await zip('book.epub', { mimetype: 'application/epub+zip', 'META-INF/container.xml': '<c/>' }),
    await zip('notes.odt', { 'content.xml': '<o/>', mimetype: 'application/vnd.oasis.opendocument.text' }),
    await zip('logs.zip', { 'a.txt': 'x' }),
    behind('newline.pdf', '\n'),
    behind('http.pdf', 'Content-Type: application/pdf\r\n\r\n'),
    text('dos-eof.csv', 'a;b\r\n1;2\r\n\u001a'),
    text('README.md', '<p align="center"><img src="logo.png"></p>\n\n# Title\n'),
    text('link.log', '<link down> eth0\n'),
    text('colours.log', '\u001b[31mfailed\u001b[0m to start\n'),
    text('power-loss.log', 'started\n\0\0\0\0after power loss\n'),
    text('contact.vcf', contact1251),
    { ...text('Отчёт за ноябрь (3).txt', 'Привет'), mimeType: 'text/plain', inline: true },
    stored('invoice.xml', '<?xml version="1.0"?>\n<Invoice xmlns="urn:x"><ID>1</ID></Invoice>\n'),
    stored('track.gpx', '<?xml version="1.0"?>\n<gpx version="1.1"></gpx>\n'),
    stored('logs.7z', Buffer.from('377abcaf271c0004', 'hex')),
    stored('drawing.dwg', Buffer.concat([Buffer.from('AC1032'), Buffer.alloc(200, 7)])),
    stored('unknown.xyz', Buffer.from([...Array(256).keys()])),
  ];
}

/** What runs on a double click, or is a page, whatever it is called. */
export const refusedFiles: readonly { name: string; bytes: Buffer }[] = [
  { name: 'setup.exe', bytes: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]) },
  { name: 'run.bat', bytes: Buffer.from('@echo off\r\n') },
  { name: 'script.js', bytes: Buffer.from('alert(1)\n') },
  { name: 'page.html', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') },
  { name: 'app.apk', bytes: Buffer.from('504b0304', 'hex') },
];
