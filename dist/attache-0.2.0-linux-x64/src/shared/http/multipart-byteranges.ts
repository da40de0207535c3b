import { type ByteSpan, totalBytes } from './range.ts';

export interface MultipartPart extends ByteSpan {
  /** Sent before the bytes of the part: the delimiter and the fields of the part. */
  preamble: Uint8Array;
}

export interface MultipartBody {
  kind: 'multipart';
  boundary: string;
  parts: MultipartPart[];
  /** Sent after the last part. */
  closing: Uint8Array;
  /** Of the whole body, framing included: exactly the Content-Length. */
  lengthBytes: number;
}

const encoder = new TextEncoder();

/**
 * The frame of a `multipart/byteranges` answer (RFC 9110, 14.6; delimiters of RFC 2046, 5.1.1), worked out in full
 * beforehand so that Content-Length is exact. `contentType` goes into every part.
 */
export function frameByteRanges(
  spans: readonly ByteSpan[],
  sizeBytes: number,
  contentType: string,
  boundary: string,
): MultipartBody {
  const parts = spans.map((span, index) => ({
    start: span.start,
    end: span.end,
    preamble: encoder.encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${contentType}\r\n` +
        `Content-Range: bytes ${span.start}-${span.end}/${sizeBytes}\r\n\r\n`,
    ),
  }));
  const closing = encoder.encode(`\r\n--${boundary}--\r\n`);
  const framing = parts.reduce((sum, part) => sum + part.preamble.length, closing.length);
  return { kind: 'multipart', boundary, parts, closing, lengthBytes: framing + totalBytes(spans) };
}

/** Random, not derived: whoever uploads a file must not be able to put its future boundary into it. */
export function createBoundary(): string {
  return `attache-${crypto.randomUUID()}`;
}
