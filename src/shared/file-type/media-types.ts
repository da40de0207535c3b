/**
 * What we know of media types: how a conversation shows them, which endings are theirs, and whether a browser may show
 * them by itself. Any other type is stored all the same. Browser code imports this file: nothing of Node here.
 */
export type FileKind = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'file';

export interface MediaType {
  mimeType: string;
  /** What the conversation shows it as. */
  kind: FileKind;
  /** Without dots, the usual one first. */
  extensions: readonly [string, ...string[]];
  /** Whether it may be answered with `Content-Disposition: inline`. */
  inline: boolean;
}

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/** `type: endings`. The order counts: of two types with one ending the first is what the ending stands for. */
type Endings = Readonly<Record<string, string>>;

/**
 * Pixels, sound or plain text to a browser: none of these can run a script, also without our sandbox. PDF is not among
 * them: the viewers built into browsers do not work under `Content-Security-Policy: sandbox`, so a PDF goes out as an
 * attachment and pdf.js shows it in a page of our own. SVG, HTML, XML, JavaScript and CSS must never be added.
 */
const INLINE: Readonly<Partial<Record<FileKind, Endings>>> = {
  image: {
    'image/png': 'png apng',
    'image/apng': 'apng png',
    'image/jpeg': 'jpg jpeg jpe jfif',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/avif': 'avif',
    'image/bmp': 'bmp dib',
    'image/x-ms-bmp': 'bmp dib',
  },
  video: {
    'video/mp4': 'mp4 m4v',
    'video/x-m4v': 'm4v mp4',
    'video/webm': 'webm',
    'video/quicktime': 'mov qt',
    'video/ogg': 'ogv ogg',
  },
  audio: {
    'audio/mpeg': 'mp3 mpga',
    'audio/mp3': 'mp3',
    'audio/mp4': 'm4a m4b mp4',
    'audio/x-m4a': 'm4a m4b mp4',
    'audio/aac': 'aac',
    'audio/ogg': 'ogg oga opus spx',
    'audio/webm': 'weba webm',
    'audio/wav': 'wav',
    'audio/x-wav': 'wav',
    'audio/wave': 'wav',
    'audio/vnd.wave': 'wav',
    'audio/flac': 'flac',
    'audio/x-flac': 'flac',
  },
  text: { 'text/plain': 'txt text log md json yaml yml ini conf cfg tsv sql diff patch srt vtt' },
};

const ATTACHED: Readonly<Partial<Record<FileKind, Endings>>> = {
  image: {
    'image/heic': 'heic hif heics',
    'image/heif': 'heif hif heifs',
    'image/heic-sequence': 'heics heic',
    'image/heif-sequence': 'heifs heif',
    'image/tiff': 'tif tiff',
    // May carry scripts: drawn only where scripts do not run (an `img`, or a rendition).
    'image/svg+xml': 'svg',
    'image/x-icon': 'ico',
  },
  video: {
    'video/matroska': 'mkv',
    'video/x-matroska': 'mkv',
    'video/3gpp': '3gp 3gpp',
    'video/3gpp2': '3g2',
    'video/vnd.avi': 'avi',
    'video/x-msvideo': 'avi',
    'video/x-ms-asf': 'wmv asf',
    'video/mpeg': 'mpg mpeg vob',
    'video/mp2t': 'mts m2ts',
    'video/x-flv': 'flv',
  },
  audio: {
    'audio/amr': 'amr',
    'audio/3gpp': '3gp 3ga',
    'audio/3gpp2': '3g2',
    'audio/matroska': 'mka',
    'audio/x-ms-asf': 'wma',
    'audio/x-caf': 'caf',
    'audio/aiff': 'aif aiff aifc',
    'audio/midi': 'mid midi',
  },
  pdf: { 'application/pdf': 'pdf' },
  text: { 'text/csv': 'csv', 'text/calendar': 'ics', 'text/vcard': 'vcf' },
  file: {
    // Pictures to their programs alone: no browser draws them, and neither do we.
    'image/vnd.adobe.photoshop': 'psd',
    'image/vnd.dwg': 'dwg',
    'image/x-xcf': 'xcf',
    'application/zip': 'zip',
    [`${OOXML}.wordprocessingml.document`]: 'docx',
    [`${OOXML}.spreadsheetml.sheet`]: 'xlsx',
    [`${OOXML}.presentationml.presentation`]: 'pptx',
    'application/vnd.ms-word.document.macroenabled.12': 'docm',
    'application/vnd.ms-excel.sheet.macroenabled.12': 'xlsm',
    'application/vnd.ms-powerpoint.presentation.macroenabled.12': 'pptm',
    [`${OOXML}.wordprocessingml.template`]: 'dotx',
    [`${OOXML}.spreadsheetml.template`]: 'xltx',
    [`${OOXML}.presentationml.template`]: 'potx',
    [`${OOXML}.presentationml.slideshow`]: 'ppsx',
    'application/vnd.ms-excel.sheet.binary.macroenabled.12': 'xlsb',
    [`${ODF}.text`]: 'odt',
    [`${ODF}.spreadsheet`]: 'ods',
    [`${ODF}.presentation`]: 'odp',
    [`${ODF}.graphics`]: 'odg',
    'application/vnd.apple.pages': 'pages',
    'application/vnd.apple.numbers': 'numbers',
    'application/vnd.apple.keynote': 'key',
    'application/epub+zip': 'epub',
    'application/vnd.google-earth.kmz': 'kmz',
    'application/x-cfb': 'cfb',
    'application/msword': 'doc dot',
    'application/vnd.ms-excel': 'xls xlt',
    'application/vnd.ms-powerpoint': 'ppt pps pot',
    'application/vnd.ms-outlook': 'msg',
    'application/vnd.visio': 'vsd vsdx',
    'application/rtf': 'rtf',
    'message/rfc822': 'eml',
    'application/x-rar-compressed': 'rar',
    'application/x-7z-compressed': '7z',
    'application/x-tar': 'tar',
    'application/gzip': 'gz tgz',
    // Never delivered under this name (`inline-types.ts`): a browser would draw it.
    'application/xml': 'xml gpx kml plist xsd xsl xslt rss atom wsdl fb2 tcx',
    // Types that say "program", so that one setting can refuse them by bytes as well as by ending.
    'text/html': 'html htm xhtml xht shtml',
    'application/x-msdownload': 'exe dll scr sys cpl ocx',
    'application/x-ms-shortcut': 'lnk',
    'application/x-ms-regedit': 'reg',
    'application/x-elf': 'elf',
    'application/x-mach-binary': 'macho',
    'application/java-archive': 'jar',
    'application/java-vm': 'class',
    'application/vnd.android.package-archive': 'apk',
    'application/x-apple-diskimage': 'dmg',
    'application/x-iso9660-image': 'iso',
    'application/x-deb': 'deb',
    'application/x-rpm': 'rpm',
    'application/vnd.ms-htmlhelp': 'chm',
    'application/x-xpinstall': 'xpi',
    'application/x-google-chrome-extension': 'crx',
    'application/x-shockwave-flash': 'swf',
  },
};

function listTypes(table: Readonly<Partial<Record<FileKind, Endings>>>, inline: boolean): MediaType[] {
  return Object.entries(table).flatMap(([kind, types]) =>
    Object.entries(types).map(([mimeType, endings]) => {
      const [first = '', ...others] = endings.split(' ');
      return { mimeType, kind: kind as FileKind, extensions: [first, ...others] as const, inline };
    }),
  );
}

export const MEDIA_TYPES: readonly MediaType[] = [...listTypes(INLINE, true), ...listTypes(ATTACHED, false)];

const BY_MIME_TYPE: ReadonlyMap<string, MediaType> = new Map(MEDIA_TYPES.map((type) => [type.mimeType, type]));
const BY_EXTENSION: ReadonlyMap<string, readonly MediaType[]> = byExtension();

function byExtension(): Map<string, MediaType[]> {
  const map = new Map<string, MediaType[]>();
  for (const type of MEDIA_TYPES) {
    for (const extension of type.extensions) map.set(extension, [...(map.get(extension) ?? []), type]);
  }
  return map;
}

/** Null for a type we know nothing of. Parameters (`; charset=…`) do not count. */
export function findMediaType(mimeType: string): MediaType | null {
  return BY_MIME_TYPE.get(mimeType) ?? BY_MIME_TYPE.get(essenceOf(mimeType)) ?? null;
}

/** Every type that an ending stands for, the likeliest first. */
export function typesOfExtension(extension: string): readonly MediaType[] {
  return BY_EXTENSION.get(extension) ?? [];
}

/** What a name claims to be: a hint for what is shown before the upload. The bytes decide. */
export function findTypeByName(name: string): MediaType | null {
  return typesOfExtension(extensionOfName(name))[0] ?? null;
}

/** Also for types that are not in the table, such as `image/jpg` of an older row: their first half tells. */
export function kindOf(mimeType: string): FileKind {
  const known = findMediaType(mimeType);
  if (known !== null) return known.kind;
  const half = essenceOf(mimeType).split('/', 1)[0];
  return half === 'image' || half === 'video' || half === 'audio' || half === 'text' ? half : 'file';
}

/** Lower case, without the dot; empty when the name has none. */
export function extensionOfName(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** The type without parameters, in lower case. */
export function essenceOf(mimeType: string): string {
  const semicolon = mimeType.indexOf(';');
  return (semicolon < 0 ? mimeType : mimeType.slice(0, semicolon)).trim().toLowerCase();
}
