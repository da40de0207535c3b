import { fileTypeFromBuffer } from 'file-type';
import { CharsetWatch } from './charset.ts';
import { IsoTrackWatch } from './iso-track-watch.ts';
import { detectMarkup } from './markup.ts';
import { essenceOf, extensionOfName, typesOfExtension } from './media-types.ts';
import { readOddText, readPlainText, type TextStart } from './read-text.ts';

/**
 * How many first bytes `detectFileType` wants. Office files show what they are only behind a few parts of their zip,
 * among them at times a preview picture; 64 KiB is also what one chunk of a request holds.
 */
export const SNIFF_BYTES = 65_536;
const UNKNOWN_TYPE = 'application/octet-stream';
/** Where readers of PDF look for its header (PDF 1.7 reference, implementation note 13). */
const PDF_HEADER_WITHIN = 1024;

export interface DetectedType {
  /** By the first bytes. A text that is not UTF-8 has its encoding as a parameter (`text/plain; charset=koi8-r`). */
  mimeType: string;
  /** What must see every chunk, the first bytes included, before `settle` is asked; null: nothing. */
  watch: ((chunk: Buffer) => void) | null;
  /** The type once all bytes have been seen: sound alone is no video, and the last line may not be UTF-8. */
  settle: () => Promise<string>;
}

/** What file-type calls differently from our table. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heif',
  'video/x-m4v': 'video/mp4',
  'video/MP1S': 'video/mpeg',
  'video/MP2P': 'video/mpeg',
  'application/vnd.ms-asf': 'video/x-ms-asf',
  'audio/x-m4a': 'audio/mp4',
};

/** Containers whose parts may all lie beyond the first bytes: the name decides, among the formats built on them. */
const FAMILIES: Readonly<Record<string, string>> = {
  'application/zip':
    'docx xlsx pptx docm xlsm pptm dotx xltx potx ppsx xlsb odt ods odp odg pages numbers key epub kmz vsdx',
  'application/x-cfb': 'doc dot xls xlt ppt pps pot msg vsd docx xlsx pptx',
};

/** Endings of a picture, a video, a sound or a PDF: markup under one of them is dressed up. */
const DRESS_KINDS: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'pdf']);

/**
 * The type of a file by its bytes; `application/octet-stream` when nobody knows it. The name decides only what bytes
 * cannot tell: CSV from other text, and which program wrote a container whose marks lie further back.
 * @param firstBytes at least `SNIFF_BYTES` of the file, or all of it.
 */
export async function detectFileType(firstBytes: Buffer, name: string): Promise<DetectedType> {
  const bytes = firstBytes.subarray(0, SNIFF_BYTES);
  const extension = extensionOfName(name);
  if (bytes.toString('latin1', 0, 5) === '%PDF-') return settled('application/pdf');
  // Text first: `GIF`, `BM` and `ID3` at the start of a letter are enough for file-type, yet no such file is all text.
  const plain = readPlainText(bytes);
  const binary = plain ? null : await detectBinary(bytes, extension);
  if (binary !== null) return IsoTrackWatch.covers(binary) ? watchTracks(binary) : settled(binary);
  const text = plain ?? (await readOddText(bytes, isTextEnding(extension)));
  if (hasLatePdfHeader(bytes, text === null ? '' : extension)) return settled('application/pdf');
  return text === null ? settled(UNKNOWN_TYPE) : describeText(text, extension);
}

function settled(mimeType: string): DetectedType {
  return { mimeType, watch: null, settle: async () => mimeType };
}

function watchTracks(mimeType: string): DetectedType {
  const tracks = new IsoTrackWatch(mimeType);
  return { mimeType, watch: (chunk) => tracks.add(chunk), settle: async () => tracks.end() };
}

/** Behind a line end, the head of an HTTP response, a printer's commands; not in a text that writes about PDF. */
function hasLatePdfHeader(bytes: Buffer, textExtension: string): boolean {
  if (isTextEnding(textExtension)) return false;
  const at = bytes.indexOf('%PDF-', 0, 'latin1');
  return at >= 0 && at < PDF_HEADER_WITHIN && /\d+ \d+ obj\b/.test(bytes.toString('latin1', at));
}

function describeText({ text, charset }: TextStart, extension: string): DetectedType {
  const type = textType(text, extension);
  if (!type.startsWith('text/') || type === 'text/html') return settled(type);
  if (charset !== 'utf-8') return settled(`${type}; charset=${charset}`);
  const watch = new CharsetWatch();
  const settle = async () => {
    const whole = await watch.end();
    return whole === 'utf-8' ? type : `${type}; charset=${whole}`;
  };
  return { mimeType: type, watch: (chunk) => watch.add(chunk), settle };
}

/** Named as a text, markup is shown as the text that it is; named as a picture, it is a page in disguise. */
function textType(text: string, extension: string): string {
  const [named] = typesOfExtension(extension);
  const markup = extension === '' || named?.kind === 'text' ? null : detectMarkup(text);
  if (markup === 'svg') return 'image/svg+xml';
  if (markup !== null) {
    if (named && DRESS_KINDS.has(named.kind)) return 'text/html';
    if (markup === 'html') return named?.mimeType === 'text/html' ? 'text/html' : UNKNOWN_TYPE;
    return 'application/xml';
  }
  if (text.startsWith('{\\rtf')) return 'application/rtf';
  const isOwnType = named && TYPES_OF_TEXTS.has(named.mimeType);
  return isOwnType ? named.mimeType : 'text/plain';
}

/** Types that are told from other texts by their ending alone. */
const TYPES_OF_TEXTS = new Set(['text/csv', 'text/calendar', 'text/vcard', 'message/rfc822', 'application/xml']);

/** Also an ending that we do not know: `.py` and `.tex` are more than a table could hold. */
function isTextEnding(extension: string): boolean {
  const types = typesOfExtension(extension);
  return types.some(({ kind, mimeType }) => kind === 'text' || TYPES_OF_TEXTS.has(mimeType));
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** null: no format that we know, which may be a text. */
async function detectBinary(bytes: Buffer, extension: string): Promise<string | null> {
  // file-type wants sound chunks behind the signature; a damaged picture is a picture all the same.
  if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return 'image/png';
  const known = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (!known || /^text\/|xml$/.test(known.mime) || !isBelievable(known.mime, bytes)) return null;
  const mimeType = essenceOf(ALIASES[known.mime] ?? known.mime);
  if (FAMILIES[mimeType]?.split(' ').includes(extension)) return typesOfExtension(extension)[0]?.mimeType ?? mimeType;
  if (mimeType === 'image/heif') return codingOfHeif(bytes);
  if (mimeType === 'video/webm' || mimeType === 'video/matroska') return tracksOfMatroska(bytes, mimeType);
  return mimeType;
}

/** Two or three letters are too little to believe: what follows them has a form of its own. */
function isBelievable(mimeType: string, bytes: Buffer): boolean {
  if (mimeType === 'image/bmp') {
    return bytes.length >= 18 && [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14));
  }
  const isTagged = bytes.toString('latin1', 0, 3) === 'ID3';
  return !isTagged || (bytes[3] ?? 0xff) <= 4;
}

/** Pictures of the `mif1` brand name their coding among the compatible brands (ISO/IEC 23008-12, 10.2). */
function codingOfHeif(bytes: Buffer): string {
  const brands = bytes.toString('latin1', 16, Math.min(bytes.readUInt32BE(0), bytes.length)).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'image/avif';
  return brands.some((brand) => ['heic', 'heix', 'hevc', 'hevx'].includes(brand)) ? 'image/heic' : 'image/heif';
}

/** Without a track of pictures it is sound. Codec ids: https://www.matroska.org/technical/codec_specs.html */
function tracksOfMatroska(bytes: Buffer, mimeType: string): string {
  const head = bytes.toString('latin1');
  const hasSoundAlone = /A_(OPUS|VORBIS|AAC|MPEG|FLAC|PCM|AC3|EAC3|DTS)/.test(head) && !/V_[A-Z]{2}/.test(head);
  return hasSoundAlone ? mimeType.replace('video/', 'audio/') : mimeType;
}
