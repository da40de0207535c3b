import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Descriptions, makers, dates, people, places: TIFF 6.0, section 8; Exif 3.0, 4.6; and what Adobe and Windows add. */
const PRIVATE_TAGS: ReadonlySet<number> = new Set([
  ...[0x010d, 0x010e, 0x010f, 0x0110, 0x011d, 0x0131, 0x0132, 0x013b, 0x013c, 0x8298],
  // XMP, IPTC, Photoshop's blocks and layers, Exif, GPS, and five texts of the Windows explorer.
  ...[0x02bc, 0x83bb, 0x8649, 0x935c, 0x8769, 0x8825, 0xa005, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f],
]);
const DIRECTORIES: ReadonlySet<number> = new Set([0x8769, 0x8825, 0xa005]);
const SUB_DIRECTORIES = 0x014a;

const ENTRY_BYTES = 12;
const BYTES_OF_TYPE: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
/** A document of very many pages, or a circle. */
const MAX_DIRECTORIES = 2000;
const MAX_ENTRIES = 4096;
/** All values that are zeroed, together: a hostile file may name one region a thousand times. */
const MAX_BLANKED_BYTES = 64 * 1024 * 1024;

class TiffFile {
  readonly #file: FileHandle;
  readonly #littleEndian: boolean;
  readonly #size: number;
  readonly #visited = new Set<number>();
  #blanked = 0;

  constructor(file: FileHandle, littleEndian: boolean, size: number) {
    this.#file = file;
    this.#littleEndian = littleEndian;
    this.#size = size;
  }

  async scrub(firstDirectory: number): Promise<void> {
    const waiting = [firstDirectory];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      waiting.push(...(await this.#scrubDirectory(at)));
  }

  /** Takes the private entries out of a directory, in place; returns where further ones stand. */
  async #scrubDirectory(at: number): Promise<number[]> {
    const entries = await this.#readDirectory(at);
    if (entries === null) return [];
    const further: number[] = [];
    const kept: Buffer[] = [];
    for (const entry of entries.list) {
      const tag = this.#number(entry, 0, 2);
      if (tag === SUB_DIRECTORIES) further.push(...(await this.#offsetsOf(entry)));
      if (PRIVATE_TAGS.has(tag)) await this.#blankValue(entry, tag);
      else kept.push(entry);
    }
    if (entries.next !== 0) further.push(entries.next);
    if (kept.length < entries.list.length) await this.#writeDirectory(at, kept, entries.next, entries.list.length);
    return further;
  }

  async #readDirectory(at: number): Promise<{ list: Buffer[]; next: number } | null> {
    if (at < 8 || this.#visited.has(at) || this.#visited.size >= MAX_DIRECTORIES) return null;
    this.#visited.add(at);
    const count = this.#number(await this.#read(at, 2), 0, 2);
    if (count === 0 || count > MAX_ENTRIES || at + 6 + count * ENTRY_BYTES > this.#size) return null;
    const bytes = await this.#read(at + 2, count * ENTRY_BYTES + 4);
    const list = Array.from({ length: count }, (_, i) => bytes.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES));
    return { list, next: this.#number(bytes, count * ENTRY_BYTES, 4) };
  }

  async #writeDirectory(at: number, kept: readonly Buffer[], next: number, entriesBefore: number): Promise<void> {
    const bytes = Buffer.alloc(6 + entriesBefore * ENTRY_BYTES);
    this.#put(bytes, 0, 2, kept.length);
    for (const [i, entry] of kept.entries()) entry.copy(bytes, 2 + i * ENTRY_BYTES);
    this.#put(bytes, 2 + kept.length * ENTRY_BYTES, 4, next);
    await this.#file.write(bytes, 0, bytes.length, at);
  }

  /** Of a directory (Exif, GPS) all values, then itself; the value inside the entry goes with the entry. */
  async #blankValue(entry: Buffer, tag: number): Promise<void> {
    if (DIRECTORIES.has(tag)) {
      const at = this.#number(entry, 8, 4);
      const inner = await this.#readDirectory(at);
      for (const each of inner?.list ?? []) await this.#blankValue(each, this.#number(each, 0, 2));
      if (inner) await this.#zero(at, 6 + inner.list.length * ENTRY_BYTES);
      return;
    }
    const bytes = this.#valueBytes(entry);
    if (bytes > 4) await this.#zero(this.#number(entry, 8, 4), bytes);
  }

  async #offsetsOf(entry: Buffer): Promise<number[]> {
    const count = this.#number(entry, 4, 4);
    if (count === 1) return [this.#number(entry, 8, 4)];
    if (count > MAX_DIRECTORIES) return [];
    const bytes = await this.#read(this.#number(entry, 8, 4), count * 4);
    return Array.from({ length: count }, (_, i) => this.#number(bytes, i * 4, 4));
  }

  #valueBytes(entry: Buffer): number {
    return (BYTES_OF_TYPE[this.#number(entry, 2, 2)] ?? 0) * this.#number(entry, 4, 4);
  }

  async #zero(at: number, count: number): Promise<void> {
    const bytes = Math.min(count, this.#size - at);
    if (at < 8 || bytes <= 0 || this.#blanked + bytes > MAX_BLANKED_BYTES) return;
    this.#blanked += bytes;
    await this.#file.write(Buffer.alloc(bytes), 0, bytes, at);
  }

  /** Zeros past the end of the file. */
  async #read(at: number, count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    await this.#file.read(bytes, 0, count, at);
    return bytes;
  }

  #number(bytes: Buffer, at: number, size: 2 | 4): number {
    return this.#littleEndian ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  }

  #put(bytes: Buffer, at: number, size: 2 | 4, value: number): void {
    if (this.#littleEndian) bytes.writeUIntLE(value, at, size);
    else bytes.writeUIntBE(value, at, size);
  }
}

async function scrubFile(file: FileHandle, size: number): Promise<void> {
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0);
  const littleEndian = head.toString('latin1', 0, 4) === 'II*\0';
  if (!littleEndian && head.toString('latin1', 0, 4) !== 'MM\0*') return;
  const tiff = new TiffFile(file, littleEndian, size);
  await tiff.scrub(littleEndian ? head.readUInt32LE(4) : head.readUInt32BE(4));
}

/**
 * Takes descriptions, maker, dates, people and places out of a TIFF. Its directories may stand anywhere and point
 * backwards, so it passes through a temporary file. Nothing moves: values become zeros, entries close up in their
 * directory. BigTIFF and what is no TIFF comes out as it went in.
 */
export async function* stripTiff(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'strip-tiff-'));
  try {
    const path = join(folder, 'picture');
    const file = await open(path, 'wx+', 0o600);
    try {
      let size = 0;
      for await (const chunk of source) size += (await file.write(chunk)).bytesWritten;
      await scrubFile(file, size);
    } finally {
      await file.close();
    }
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
