import { type DeliveryRequestHeaders, evaluatePreconditions, ifRangeHolds, type Validators } from './conditional.ts';
import { contentDisposition, isFalselyNamedText, presentFileName } from './disposition.ts';
import { strongEntityTag } from './etag.ts';
import { formatHttpDate } from './http-date.ts';
import { deliveryType } from './inline-types.ts';
import { createBoundary, frameByteRanges, type MultipartBody } from './multipart-byteranges.ts';
import { type ByteSpan, resolveRange } from './range.ts';

/** A stored file as its row describes it; nothing here needs the storage. */
export interface DeliverableFile {
  /** Makes the entity tag where the row has none; a rendition needs one of its own. */
  id: string;
  sizeBytes: number;
  /** As found in the bytes. */
  mimeType: string;
  /** SHA-256 in hex; rows of older programs may have something else or nothing. */
  etag: string | null;
  lastModified: Date;
  /** As the uploader called it, or as presented already. */
  fileName: string;
}

export interface WholeBody {
  kind: 'whole';
  lengthBytes: number;
}

export interface RangeBody extends ByteSpan {
  kind: 'range';
  lengthBytes: number;
}

/** The bytes that flow; null: none do, and the storage stays closed. */
export type DeliveryBody = null | WholeBody | RangeBody | MultipartBody;

export interface FileDecision {
  status: 200 | 206 | 304 | 405 | 412 | 416;
  headers: Readonly<Record<string, string>>;
  body: DeliveryBody;
}

export interface FileRequest {
  method: string;
  headers: DeliveryRequestHeaders;
  file: DeliverableFile;
  /** `?download=1`: an attachment whatever the type. */
  download?: boolean;
}

/** Kept by the browser, but asked about every time: access can be withdrawn, and reopening costs one 304. */
const CACHE_CONTROL = 'private, no-cache, no-transform';
const VARY = 'Cookie';

/** Fields of every answer that describes the file itself. Frozen once: an answer is a copy with seven more. */
const FILE_HEADERS = Object.freeze({
  'Accept-Ranges': 'bytes',
  'Cache-Control': CACHE_CONTROL,
  Vary: VARY,
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
});

/** Fields of an answer without the file: nothing to keep, nothing to sniff. */
const EMPTY_HEADERS = Object.freeze({
  'Cache-Control': 'no-store',
  Vary: VARY,
  'X-Content-Type-Options': 'nosniff',
  'Content-Length': '0',
});

/** RFC 9110, 15.5.6. The method is looked at before anything else, so this needs no file. */
export const METHOD_NOT_ALLOWED: FileDecision = Object.freeze({
  status: 405,
  headers: Object.freeze({ ...EMPTY_HEADERS, Allow: 'GET, HEAD' }),
  body: null,
});

/**
 * The whole of HTTP.md after the caller is known to be allowed to see the file: method, preconditions (RFC 9110,
 * 13.2.2), If-Range, Range, headers. Pure but for the clock and a random boundary; it opens nothing.
 */
export function decideFile({ method, headers, file, download = false }: FileRequest): FileDecision {
  const isGet = method === 'GET';
  if (!isGet && method !== 'HEAD') return METHOD_NOT_ALLOWED;

  const current: Validators = {
    etag: strongEntityTag(file.etag, file.id, file.sizeBytes),
    // Clocks of database and server differ, and Last-Modified must not lie ahead of Date: RFC 9110, 8.8.2.1.
    lastModifiedMs: Math.min(file.lastModified.getTime(), Date.now()),
  };
  const precondition = evaluatePreconditions(headers, current);
  if (precondition === 'failed') return { status: 412, headers: EMPTY_HEADERS, body: null };
  if (precondition === 'not-modified') return notModified(current);

  // Range is defined for GET alone (RFC 9110, 14.2), and of an empty file there is no part to send.
  if (isGet && headers.range !== undefined && file.sizeBytes > 0 && ifRangeHolds(headers['if-range'], current)) {
    const range = resolveRange(headers.range, file.sizeBytes);
    if (range.kind === 'unsatisfiable') return unsatisfiable(file.sizeBytes);
    if (range.kind === 'spans') return partial(range.spans, file, current, download);
  }
  const type = deliveryType(file.mimeType);
  return {
    status: 200,
    headers: fileHeaders(file, current, download, type.contentType, file.sizeBytes),
    body: isGet && file.sizeBytes > 0 ? { kind: 'whole', lengthBytes: file.sizeBytes } : null,
  };
}

/** Content-Disposition of a file: inline only for the types of `inline-types.ts`, and names that do not lie. */
export function fileDisposition(file: Pick<DeliverableFile, 'fileName' | 'mimeType'>, download = false): string {
  const inline = !download && deliveryType(file.mimeType).inline && !isFalselyNamedText(file.fileName, file.mimeType);
  return contentDisposition(inline ? 'inline' : 'attachment', presentFileName(file.fileName, file.mimeType));
}

/** RFC 9110, 15.4.5: the fields that a 200 would have had for the cache, and no others. */
function notModified(current: Validators): FileDecision {
  return {
    status: 304,
    headers: {
      ETag: current.etag,
      'Last-Modified': formatHttpDate(current.lastModifiedMs),
      'Cache-Control': CACHE_CONTROL,
      Vary: VARY,
    },
    body: null,
  };
}

/** RFC 9110, 15.5.17. */
function unsatisfiable(sizeBytes: number): FileDecision {
  return {
    status: 416,
    headers: { ...EMPTY_HEADERS, 'Accept-Ranges': 'bytes', 'Content-Range': `bytes */${sizeBytes}` },
    body: null,
  };
}

/** RFC 9110, 15.3.7: one range in the body itself, several as `multipart/byteranges`. */
function partial(
  spans: readonly ByteSpan[],
  file: DeliverableFile,
  current: Validators,
  download: boolean,
): FileDecision {
  const type = deliveryType(file.mimeType);
  const [only] = spans;
  if (only !== undefined && spans.length === 1) {
    const lengthBytes = only.end - only.start + 1;
    const headers = fileHeaders(file, current, download, type.contentType, lengthBytes);
    headers['Content-Range'] = `bytes ${only.start}-${only.end}/${file.sizeBytes}`;
    return { status: 206, headers, body: { kind: 'range', start: only.start, end: only.end, lengthBytes } };
  }
  const body = frameByteRanges(spans, file.sizeBytes, type.contentType, createBoundary());
  const contentType = `multipart/byteranges; boundary=${body.boundary}`;
  return { status: 206, headers: fileHeaders(file, current, download, contentType, body.lengthBytes), body };
}

function fileHeaders(
  file: DeliverableFile,
  current: Validators,
  download: boolean,
  contentType: string,
  lengthBytes: number,
): Record<string, string> {
  return {
    ...FILE_HEADERS,
    ETag: current.etag,
    'Last-Modified': formatHttpDate(current.lastModifiedMs),
    'Content-Type': contentType,
    'Content-Length': String(lengthBytes),
    'Content-Disposition': fileDisposition(file, download),
  };
}
