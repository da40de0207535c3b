import { UNKNOWN_CHARSET } from '#shared/file-type/charset.ts';
import { essenceOf, findMediaType } from '#shared/file-type/media-types.ts';

/** What delivery knows of a media type. */
export interface DeliveryType {
  /** Value of Content-Type. */
  contentType: string;
  /** Whether a browser may show it by itself. */
  inline: boolean;
}

const OPAQUE: DeliveryType = { contentType: 'application/octet-stream', inline: false };

// token "/" token (RFC 9110, 8.3.1) with the lengths of RFC 6838, 4.2: bounded, and no way to break a header line.
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
// A page of ours allows scripts and styles of its own origin, and attachments come from that origin: never give a file
// a type that a <script>, <link> or frame would accept.
const ACTIVE_TYPE = /script|css|html|(?<!open)xml|wasm|cache-manifest|shockwave/;

const delivered = new Map<string, DeliveryType>();
/** Rows of older programs hold what a client claimed: any number of different types. */
const MAX_REMEMBERED = 1000;

/**
 * How a file of this type is delivered. A type that is unknown is an attachment; one that is malformed or that a
 * browser could run is delivered as bytes without meaning.
 */
export function deliveryType(mimeType: string): DeliveryType {
  const known = delivered.get(mimeType);
  if (known !== undefined) return known;
  const type = decideType(mimeType);
  if (delivered.size < MAX_REMEMBERED) delivered.set(mimeType, type);
  return type;
}

function decideType(mimeType: string): DeliveryType {
  const essence = essenceOf(mimeType);
  if (essence === 'image/svg+xml') return { contentType: essence, inline: false };
  if (!MEDIA_TYPE.test(essence) || ACTIVE_TYPE.test(essence)) return OPAQUE;
  const inline = findMediaType(essence)?.inline ?? false;
  if (!essence.startsWith('text/')) return { contentType: essence, inline };
  // A text without a charset would be shown in whatever the browser's locale suggests.
  const charset = charsetOf(mimeType);
  if (charset === null) return { contentType: essence, inline: false };
  return { contentType: `${essence}; charset=${charset}`, inline: inline && !charset.startsWith('utf-32') };
}

/** UTF-8 unless the type says otherwise; null where nobody knows, or where no browser could read it. */
function charsetOf(mimeType: string): string | null {
  const [, label] = /;\s*charset="?([a-z0-9_.:-]{1,40})"?\s*(?:;|$)/i.exec(mimeType) ?? [];
  if (label === undefined) return 'utf-8';
  if (label === UNKNOWN_CHARSET) return null;
  if (/^utf-32[bl]e$/.test(label)) return label;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}
