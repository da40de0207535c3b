/** What delivery knows of a media type. */
export interface DeliveryType {
  /** Value of Content-Type. */
  contentType: string;
  /** Whether a browser may show it by itself. */
  inline: boolean;
  /** Endings that fit the type, the usual one first; empty when any ending does. */
  extensions: readonly string[];
}

/**
 * The one list of types shown inline. Each is pixels, sound or plain text to a browser: none can run a script, also
 * without our sandbox. PDF is not among them: browsers show one with a built-in viewer that our
 * `Content-Security-Policy: sandbox` blocks in Chromium, so an inline PDF is a blank page there. It goes out as an
 * attachment, and pdf.js previews it in a page of our own. SVG, HTML, XML, JavaScript and CSS are documents or code and
 * must never be added.
 */
const INLINE_TYPES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['png', 'apng'],
  'image/apng': ['png', 'apng'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'image/bmp': ['bmp', 'dib'],
  'image/x-ms-bmp': ['bmp', 'dib'],
  'video/mp4': ['mp4', 'm4v'],
  'video/x-m4v': ['m4v', 'mp4'],
  'video/webm': ['webm'],
  'video/ogg': ['ogv', 'ogg'],
  'video/quicktime': ['mov', 'qt'],
  'audio/mpeg': ['mp3', 'mpga'],
  'audio/mp3': ['mp3'],
  'audio/mp4': ['m4a', 'mp4'],
  'audio/x-m4a': ['m4a', 'mp4'],
  'audio/aac': ['aac'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/webm': ['webm', 'weba'],
  'audio/wav': ['wav'],
  'audio/x-wav': ['wav'],
  'audio/wave': ['wav'],
  'audio/vnd.wave': ['wav'],
  'audio/flac': ['flac'],
  'audio/x-flac': ['flac'],
  'text/plain': ['txt', 'text', 'log', 'md', 'csv', 'tsv', 'json', 'yaml', 'yml', 'ini', 'conf', 'srt', 'vtt'],
};

const ATTACHMENT_TYPES: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['pdf'],
  'image/svg+xml': ['svg'],
  'image/heic': ['heic', 'heif'],
  'image/heif': ['heif', 'heic'],
  'image/heic-sequence': ['heics', 'heic'],
  'image/heif-sequence': ['heifs', 'heif'],
  'image/tiff': ['tif', 'tiff'],
  'text/csv': ['csv'],
  'application/zip': ['zip'],
  'application/rtf': ['rtf'],
  'application/msword': ['doc'],
  'application/vnd.ms-excel': ['xls'],
  'application/vnd.ms-powerpoint': ['ppt'],
  'application/x-cfb': ['doc', 'xls', 'ppt', 'msg'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
};

const OPAQUE: DeliveryType = { contentType: 'application/octet-stream', inline: false, extensions: [] };

const KNOWN_TYPES: ReadonlyMap<string, DeliveryType> = new Map([
  ...Object.entries(INLINE_TYPES).map(([type, extensions]) => describe(type, extensions, true)),
  ...Object.entries(ATTACHMENT_TYPES).map(([type, extensions]) => describe(type, extensions, false)),
]);

/** Every ending that belongs to a type above, and those a desktop or a browser would run. */
export const TELLING_EXTENSIONS: ReadonlySet<string> = new Set([
  ...[...KNOWN_TYPES.values()].flatMap((type) => type.extensions),
  ...'html htm xhtml xht shtml mht mhtml hta xml xsl xslt js mjs cjs css wasm swf php jsp asp aspx'.split(' '),
  ...'exe msi msp com scr pif bat cmd ps1 psm1 vbs vbe wsf wsh jse lnk url reg cpl dll sys jar apk app'.split(' '),
  ...'dmg pkg deb rpm sh bash zsh command py pl rb desktop iso img docm xlsm pptm'.split(' '),
]);

// token "/" token (RFC 9110, 8.3.1) with the lengths of RFC 6838, 4.2: bounded, and no way to break a header line.
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
// A page of ours allows scripts and styles of its own origin, and attachments come from that origin: never give a file
// a type that a <script>, <link> or frame would accept. Only rows of older programs can name one.
const ACTIVE_TYPE = /script|css|html|xml|wasm|cache-manifest/;

/**
 * How a file of this type is delivered. A type that is unknown is an attachment; one that is malformed or that a
 * browser could run is delivered as bytes without meaning.
 */
export function deliveryType(mimeType: string): DeliveryType {
  const known = KNOWN_TYPES.get(mimeType);
  if (known !== undefined) return known;
  const semicolon = mimeType.indexOf(';');
  const essence = (semicolon < 0 ? mimeType : mimeType.slice(0, semicolon)).trim().toLowerCase();
  const knownEssence = KNOWN_TYPES.get(essence);
  if (knownEssence !== undefined) return knownEssence;
  if (!MEDIA_TYPE.test(essence) || ACTIVE_TYPE.test(essence)) return OPAQUE;
  return { contentType: essence, inline: false, extensions: [] };
}

function describe(type: string, extensions: readonly string[], inline: boolean): [string, DeliveryType] {
  // A text without a charset would be shown in whatever the browser's locale suggests.
  const contentType = type.startsWith('text/') ? `${type}; charset=utf-8` : type;
  return [type, { contentType, inline, extensions }];
}
