import { fileTypeFromBuffer } from 'file-type';
import { extensionFor, extensionOfName, type FileKind, findAllowedType } from './allowed-types.ts';
import { detectCompoundFile } from './compound-file.ts';
import { readMediaBrand } from './media-brand.ts';
import { detectMarkup, looksLikeLegacyText, readText } from './text.ts';
import { detectZip } from './zip.ts';

/**
 * How many first bytes `detectFileType` wants. Office files show what they are only behind a few parts of their zip,
 * among them at times a preview picture; 64 KiB is also what one chunk of a request holds.
 */
export const SNIFF_BYTES = 65_536;

export interface DetectedType {
  mimeType: string;
  /** Without a dot. */
  extension: string;
  kind: FileKind;
}

/** What file-type calls differently from our list. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heif',
  'video/x-m4v': 'video/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-flac': 'audio/flac',
  'audio/vnd.wave': 'audio/wav',
};

/**
 * The type of a file by its first bytes; null when it is none of `allowed-types.ts`. Name and claimed type decide only
 * what bytes cannot tell: CSV from other text, and which Office program wrote a container whose marks lie further back.
 * An empty file is a text. Markup other than SVG is refused whatever it is named: no viewer of ours needs it, and a
 * browser that saves it may run it.
 * @param firstBytes at least `SNIFF_BYTES` of the file, or all of it.
 */
export async function detectFileType(
  firstBytes: Uint8Array,
  claimedName: string,
  claimedType?: string,
): Promise<DetectedType | null> {
  const bytes = firstBytes.subarray(0, SNIFF_BYTES);
  const extension = extensionOfName(claimedName);
  // Text first: `GIF`, `BM` and `ID3` at the start of a letter are enough for file-type, yet no such file is all text.
  const text = readText(bytes);
  const mimeType =
    text === null ? await detectBinary(bytes, extension, claimedType) : detectText(text, extension, claimedType);
  const type = mimeType === null ? null : findAllowedType(mimeType);
  return type && { mimeType: type.mimeType, extension: extensionFor(type.mimeType), kind: type.kind };
}

function detectText(text: string, extension: string, claimedType: string | undefined): string | null {
  if (text.startsWith('%PDF-')) return 'application/pdf';
  const markup = detectMarkup(text);
  if (markup !== null) return markup === 'svg' ? 'image/svg+xml' : null;
  if (text.startsWith('#!')) return null;
  const isCsv = extension === 'csv' || (extension === '' && claimedType?.startsWith('text/csv'));
  return isCsv ? 'text/csv' : 'text/plain';
}

async function detectBinary(bytes: Uint8Array, extension: string, claimedType?: string): Promise<string | null> {
  const container = detectZip(bytes, extension) ?? detectCompoundFile(bytes, extension);
  if (container !== undefined) return container;
  // file-type wants sound chunks behind the signature; a damaged picture is a picture all the same, and is kept.
  if (startsWith(bytes, PNG_SIGNATURE)) return 'image/png';
  const known = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (!known) return looksLikeLegacyText(bytes, extension) ? detectText(latin(bytes), extension, claimedType) : null;
  const mimeType = known.mime.split(';', 1)[0] ?? known.mime;
  return readMediaBrand(bytes, mimeType) ?? ALIASES[mimeType] ?? mimeType;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** Only its ASCII is looked at. */
function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
