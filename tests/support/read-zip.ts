import { crc32, inflateRawSync } from 'node:zlib';

export type UnzippedFile = { name: string; bytes: Buffer; isStored: boolean; modifiedAt: Date };

/** Reads a ZIP through its central directory, as archivers do. @throws when truncated or a checksum does not match */
export function readZip(zip: Buffer): UnzippedFile[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('The archive has no end.');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (zip.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('The directory is broken.');
    const [method, crc, packedBytes] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 16),
      zip.readUInt32LE(at + 20),
    ];
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0));
    const header = zip.readUInt32LE(at + 42);
    const seconds = readTimestamp(
      zip.subarray(at + 46 + (nameBytes ?? 0), at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0)),
    );
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const packed = zip.subarray(start, start + packedBytes);
    const bytes = method === 0 ? Buffer.from(packed) : inflateRawSync(packed);
    if (crc32(bytes) !== crc) throw new Error(`${name} does not match its checksum.`);
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    return { name, bytes, isStored: method === 0, modifiedAt: new Date(seconds * 1000) };
  });
}

/** Seconds of the extra field "extended timestamp" (0x5455). */
function readTimestamp(extra: Buffer): number {
  return extra.length >= 9 && extra.readUInt16LE(0) === 0x5455 ? extra.readUInt32LE(5) : 0;
}
