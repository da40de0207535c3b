/**
 * The one list of what may be uploaded. Browser code imports it for its file dialog and its texts: nothing of Node here.
 */
export type FileKind = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'file';

export interface AllowedType {
  mimeType: string;
  /** What the conversation shows it as. */
  kind: FileKind;
  /** Without dots; the first is the one that files of this type get when theirs is wrong. */
  extensions: readonly [string, ...string[]];
  /** As a person would call it, the same in every language. */
  label: string;
}

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

export const ALLOWED_TYPES: readonly AllowedType[] = [
  { mimeType: 'image/png', kind: 'image', extensions: ['png', 'apng'], label: 'PNG' },
  { mimeType: 'image/jpeg', kind: 'image', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'], label: 'JPEG' },
  { mimeType: 'image/gif', kind: 'image', extensions: ['gif'], label: 'GIF' },
  { mimeType: 'image/webp', kind: 'image', extensions: ['webp'], label: 'WebP' },
  { mimeType: 'image/avif', kind: 'image', extensions: ['avif'], label: 'AVIF' },
  { mimeType: 'image/heic', kind: 'image', extensions: ['heic'], label: 'HEIC' },
  { mimeType: 'image/heif', kind: 'image', extensions: ['heif', 'hif'], label: 'HEIF' },
  { mimeType: 'image/tiff', kind: 'image', extensions: ['tif', 'tiff'], label: 'TIFF' },
  { mimeType: 'image/bmp', kind: 'image', extensions: ['bmp', 'dib'], label: 'BMP' },
  // May carry scripts: never served inline, and drawn only where scripts do not run (an `img`, or a rendition).
  { mimeType: 'image/svg+xml', kind: 'image', extensions: ['svg'], label: 'SVG' },
  { mimeType: 'video/mp4', kind: 'video', extensions: ['mp4', 'm4v'], label: 'MP4' },
  { mimeType: 'video/webm', kind: 'video', extensions: ['webm'], label: 'WebM' },
  { mimeType: 'video/quicktime', kind: 'video', extensions: ['mov', 'qt'], label: 'MOV' },
  { mimeType: 'video/ogg', kind: 'video', extensions: ['ogv'], label: 'OGV' },
  { mimeType: 'audio/mpeg', kind: 'audio', extensions: ['mp3'], label: 'MP3' },
  { mimeType: 'audio/mp4', kind: 'audio', extensions: ['m4a', 'm4b'], label: 'M4A' },
  { mimeType: 'audio/aac', kind: 'audio', extensions: ['aac'], label: 'AAC' },
  { mimeType: 'audio/ogg', kind: 'audio', extensions: ['ogg', 'oga', 'opus', 'spx'], label: 'OGG, OPUS' },
  { mimeType: 'audio/webm', kind: 'audio', extensions: ['weba', 'webm'], label: 'WebM audio' },
  { mimeType: 'audio/wav', kind: 'audio', extensions: ['wav'], label: 'WAV' },
  { mimeType: 'audio/flac', kind: 'audio', extensions: ['flac'], label: 'FLAC' },
  { mimeType: 'application/pdf', kind: 'pdf', extensions: ['pdf'], label: 'PDF' },
  {
    mimeType: 'text/plain',
    kind: 'text',
    extensions: ['txt', 'log', 'md', 'json', 'yaml', 'yml', 'ini', 'conf', 'tsv', 'sql', 'diff', 'patch', 'srt', 'vtt'],
    label: 'TXT',
  },
  { mimeType: 'text/csv', kind: 'text', extensions: ['csv'], label: 'CSV' },
  { mimeType: 'application/zip', kind: 'file', extensions: ['zip'], label: 'ZIP' },
  { mimeType: `${OOXML}.wordprocessingml.document`, kind: 'file', extensions: ['docx'], label: 'DOCX' },
  { mimeType: `${OOXML}.spreadsheetml.sheet`, kind: 'file', extensions: ['xlsx'], label: 'XLSX' },
  { mimeType: `${OOXML}.presentationml.presentation`, kind: 'file', extensions: ['pptx'], label: 'PPTX' },
  { mimeType: `${ODF}.text`, kind: 'file', extensions: ['odt'], label: 'ODT' },
  { mimeType: `${ODF}.spreadsheet`, kind: 'file', extensions: ['ods'], label: 'ODS' },
  { mimeType: `${ODF}.presentation`, kind: 'file', extensions: ['odp'], label: 'ODP' },
  { mimeType: 'application/msword', kind: 'file', extensions: ['doc'], label: 'DOC' },
  { mimeType: 'application/vnd.ms-excel', kind: 'file', extensions: ['xls'], label: 'XLS' },
  { mimeType: 'application/vnd.ms-powerpoint', kind: 'file', extensions: ['ppt'], label: 'PPT' },
];

const BY_MIME_TYPE: ReadonlyMap<string, AllowedType> = new Map(ALLOWED_TYPES.map((type) => [type.mimeType, type]));
const BY_EXTENSION: ReadonlyMap<string, AllowedType> = new Map(
  // Backwards, so that the first type in the list wins an extension that two of them have.
  ALLOWED_TYPES.toReversed().flatMap((type) => type.extensions.map((extension) => [extension, type] as const)),
);

/** Null for a type that may not be uploaded. Parameters (`; charset=…`) do not count. */
export function findAllowedType(mimeType: string): AllowedType | null {
  return BY_MIME_TYPE.get(essenceOf(mimeType)) ?? null;
}

/** What a name claims to be. Only a hint for texts shown before the upload: the bytes decide. */
export function findTypeByName(name: string): AllowedType | null {
  return BY_EXTENSION.get(extensionOfName(name)) ?? null;
}

/** Also for types that are not in the list, such as one of an older row: their first half tells. */
export function kindOf(mimeType: string): FileKind {
  const known = findAllowedType(mimeType);
  if (known !== null) return known.kind;
  const half = essenceOf(mimeType).split('/', 1)[0];
  return half === 'image' || half === 'video' || half === 'audio' || half === 'text' ? half : 'file';
}

/** Without a dot; `bin` for a type that is not in the list. */
export function extensionFor(mimeType: string): string {
  return findAllowedType(mimeType)?.extensions[0] ?? 'bin';
}

/** `PNG, JPEG, …`: the list that a refusal names. */
export function allowedLabels(): string {
  return ALLOWED_TYPES.map((type) => type.label).join(', ');
}

/** Value of an `accept` attribute: types and extensions, since browsers know few of these types by name. */
export function acceptAttribute(): string {
  const extensions = ALLOWED_TYPES.flatMap((type) => type.extensions.map((extension) => `.${extension}`));
  return [...new Set([...ALLOWED_TYPES.map((type) => type.mimeType), ...extensions])].join(',');
}

/** Lower case, without the dot; empty when the name has none. */
export function extensionOfName(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

function essenceOf(mimeType: string): string {
  return (mimeType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
