import { findBox, isoBoxes, readFourCc } from '#shared/metadata-strip/iso-boxes.ts';
import type { Cicp } from './cicp-to-srgb.ts';

export interface HeifColours {
  iccProfile: Buffer | null;
  /** Counts where there is no profile (ISO/IEC 23008-12, 6.5.5). */
  cicp: Cicp | null;
}

/** Colours of the main picture of a HEIC or AVIF file, by its `colr` properties. Neither sharp nor libheif-js tells. */
export function readHeifColours(file: Buffer): HeifColours {
  const none = { iccProfile: null, cicp: null };
  const meta = findBox(file, 0, file.length, 'meta');
  const properties = meta && findBox(file, meta.bodyStart + 4, meta.end, 'iprp');
  const container = properties && findBox(file, properties.bodyStart, properties.end, 'ipco');
  if (!meta || !container) return none;
  const colours = [...isoBoxes(file, container.bodyStart, container.end)].map(({ type, bodyStart, end }) =>
    type === 'colr' ? file.subarray(bodyStart, end) : null,
  );
  const used = primaryProperties(file, meta.bodyStart + 4, meta.end).flatMap((index) => colours[index - 1] ?? []);
  // A picture of tiles may leave it to them.
  const given = used.length > 0 ? used : colours.filter((colour) => colour !== null);
  const profile = given.find((colour) => /^(prof|rICC)/.test(colour.toString('latin1', 0, 4)));
  const codes = given.find((colour) => readFourCc(colour, 0) === 'nclx' && colour.length >= 8);
  return {
    iccProfile: profile?.subarray(4) ?? null,
    cicp: codes ? { primaries: codes.readUInt16BE(4), transfer: codes.readUInt16BE(6) } : null,
  };
}

/** Indexes into `ipco`, from 1, of the item that `pitm` names (ISO/IEC 23008-12, 9.3; ISO/IEC 14496-12, 8.11.4). */
function primaryProperties(file: Buffer, start: number, end: number): number[] {
  const pitm = findBox(file, start, end, 'pitm');
  const iprp = findBox(file, start, end, 'iprp');
  const ipma = iprp && findBox(file, iprp.bodyStart, iprp.end, 'ipma');
  if (!pitm || !ipma) return [];
  const primary = readNumber(file, pitm.bodyStart + 4, file[pitm.bodyStart] === 0 ? 2 : 4);
  const idBytes = (file[ipma.bodyStart] ?? 0) < 1 ? 2 : 4;
  const indexBytes = ((file[ipma.bodyStart + 3] ?? 0) & 1) === 1 ? 2 : 1;
  for (let at = ipma.bodyStart + 8; at + idBytes < ipma.end; ) {
    const id = readNumber(file, at, idBytes);
    const count = file[at + idBytes] ?? 0;
    at += idBytes + 1;
    if (id === primary) {
      const mask = indexBytes === 1 ? 0x7f : 0x7fff;
      return Array.from({ length: count }, (_, i) => readNumber(file, at + i * indexBytes, indexBytes) & mask);
    }
    at += count * indexBytes;
  }
  return [];
}

/** 0 past the end of the file. */
function readNumber(file: Buffer, at: number, bytes: number): number {
  return at + bytes <= file.length ? file.readUIntBE(at, bytes) : 0;
}
