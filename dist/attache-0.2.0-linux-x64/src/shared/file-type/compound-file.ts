const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const DIRECTORY_ENTRY_BYTES = 128;

/** Stream that each Office program keeps its document in ([MS-DOC], [MS-XLS], [MS-PPT], 2.1). */
const OFFICE_STREAMS: Readonly<Record<string, string>> = {
  WordDocument: 'application/msword',
  Workbook: 'application/vnd.ms-excel',
  Book: 'application/vnd.ms-excel',
  'PowerPoint Document': 'application/vnd.ms-powerpoint',
};

const BY_EXTENSION: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};

const OOXML = 'application/vnd.openxmlformats-officedocument';
/** Files with a password are a compound file around the encrypted zip ([MS-OFFCRYPTO], 2.3). */
const ENCRYPTED_BY_EXTENSION: Readonly<Record<string, string>> = {
  docx: `${OOXML}.wordprocessingml.document`,
  xlsx: `${OOXML}.spreadsheetml.sheet`,
  pptx: `${OOXML}.presentationml.presentation`,
};

/**
 * The program that wrote an old Office file, by its directory ([MS-CFB], 2.6); undefined when it is no compound file,
 * null for the others of that family (installers, mail messages). Word may put the directory at the end of a long
 * file, out of sight: then the name decides, within the family.
 */
export function detectCompoundFile(bytes: Uint8Array, extension: string): string | null | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 512 || !buffer.subarray(0, 8).equals(MAGIC)) return undefined;
  const names = readDirectory(buffer);
  if (names === null) return BY_EXTENSION[extension] ?? null;
  if (names.includes('EncryptedPackage')) return ENCRYPTED_BY_EXTENSION[extension] ?? null;
  const name = names.find((candidate) => Object.hasOwn(OFFICE_STREAMS, candidate));
  return name === undefined ? null : (OFFICE_STREAMS[name] ?? null);
}

/** Names in the first sector of the directory (up to 4 or 32); null when it lies beyond the bytes. */
function readDirectory(buffer: Buffer): string[] | null {
  const sectorBytes = buffer.readUInt16LE(30) === 12 ? 4096 : 512;
  const start = (buffer.readUInt32LE(48) + 1) * sectorBytes;
  if (start + sectorBytes > buffer.length) return null;
  // The directory of one file tends to lie in one piece; a name missed here costs a refusal, never a wrong type.
  const end = Math.min(start + Math.max(sectorBytes, 2048), buffer.length);
  const names: string[] = [];
  for (let at = start; at + DIRECTORY_ENTRY_BYTES <= end; at += DIRECTORY_ENTRY_BYTES) {
    const nameBytes = buffer.readUInt16LE(at + 64);
    if (nameBytes >= 2 && nameBytes <= 64) names.push(buffer.toString('utf16le', at, at + nameBytes - 2));
  }
  return names;
}
