const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const EMPTY_ARCHIVE = Buffer.from('PK\x05\x06', 'latin1');
const OOXML = 'application/vnd.openxmlformats-officedocument';

/** First folder of the parts that each Office program writes (ECMA-376, part 1). */
const OFFICE_PARTS: readonly { folder: string; extension: string; mimeType: string }[] = [
  { folder: 'word/', extension: 'docx', mimeType: `${OOXML}.wordprocessingml.document` },
  { folder: 'xl/', extension: 'xlsx', mimeType: `${OOXML}.spreadsheetml.sheet` },
  { folder: 'ppt/', extension: 'pptx', mimeType: `${OOXML}.presentationml.presentation` },
];

const PROGRAM_PARTS: ReadonlySet<string> = new Set(['META-INF/MANIFEST.MF', 'AndroidManifest.xml', 'classes.dex']);

/**
 * What a zip holds, by the names in its local headers; undefined when it is no zip. Headers are found by their mark
 * instead of by adding up lengths, because archives written as a stream leave the lengths out.
 * Programs in zip clothing (Java, Android) are none of ours: null.
 */
export function detectZip(bytes: Uint8Array, extension: string): string | null | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, 4).equals(EMPTY_ARCHIVE)) return 'application/zip';
  if (!buffer.subarray(0, 4).equals(LOCAL_HEADER)) return undefined;
  const entries = readEntries(buffer);
  // OpenDocument 1.2, part 3, 3.3: the type is the content of the first entry, stored as it is.
  const first = entries[0];
  if (first?.name === 'mimetype') return openDocumentType(buffer, first.dataOffset);
  const names = entries.map((entry) => entry.name);
  if (names.some((name) => PROGRAM_PARTS.has(name))) return null;
  return officeType(names, extension) ?? 'application/zip';
}

function officeType(names: readonly string[], extension: string): string | null {
  if (!names.includes('[Content_Types].xml') && !names.includes('_rels/.rels')) return null;
  const part = OFFICE_PARTS.find(({ folder }) => names.some((name) => name.startsWith(folder)));
  return (part ?? OFFICE_PARTS.find((candidate) => candidate.extension === extension))?.mimeType ?? null;
}

function openDocumentType(buffer: Buffer, offset: number): string | null {
  // Up to the mark of whatever comes next: a template's type only begins like that of a document.
  const content =
    buffer
      .subarray(offset, offset + 64)
      .toString('latin1')
      .split('PK', 1)[0] ?? '';
  return /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)$/.test(content)
    ? content
    : 'application/zip';
}

function readEntries(buffer: Buffer): { name: string; dataOffset: number }[] {
  const entries: { name: string; dataOffset: number }[] = [];
  let at = 0;
  while (at >= 0 && at + 30 <= buffer.length) {
    const nameBytes = buffer.readUInt16LE(at + 26);
    const dataOffset = at + 30 + nameBytes + buffer.readUInt16LE(at + 28);
    entries.push({ name: buffer.toString('utf8', at + 30, at + 30 + nameBytes), dataOffset });
    at = buffer.indexOf(LOCAL_HEADER, at + 30);
  }
  return entries;
}
