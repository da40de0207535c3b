import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBoundary, frameByteRanges } from './multipart-byteranges.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('an answer of several ranges', () => {
  test('is framed as the RFC shows it', () => {
    const body = frameByteRanges(
      [
        { start: 500, end: 999 },
        { start: 7000, end: 7999 },
      ],
      8000,
      'application/pdf',
      'THIS_STRING_SEPARATES',
    );
    expect(body.parts.map((part) => text(part.preamble))).toEqual([
      '--THIS_STRING_SEPARATES\r\nContent-Type: application/pdf\r\nContent-Range: bytes 500-999/8000\r\n\r\n',
      '\r\n--THIS_STRING_SEPARATES\r\nContent-Type: application/pdf\r\nContent-Range: bytes 7000-7999/8000\r\n\r\n',
    ]);
    expect(text(body.closing)).toBe('\r\n--THIS_STRING_SEPARATES--\r\n');
  });

  test('has exactly the length of its parts', () => {
    const span = fc.tuple(fc.nat(1e6), fc.nat(1e6)).map(([start, more]) => ({ start, end: start + more }));
    fc.assert(
      fc.property(fc.array(span, { minLength: 2, maxLength: 8 }), (spans) => {
        const body = frameByteRanges(spans, 3e6, 'text/plain; charset=utf-8', createBoundary());
        let expected = body.closing.length;
        for (const part of body.parts) expected += part.preamble.length + (part.end - part.start + 1);
        expect(body.lengthBytes).toBe(expected);
      }),
    );
  });

  test('has another boundary each time, within the 70 characters of RFC 2046', () => {
    const boundaries = new Set(Array.from({ length: 1000 }, createBoundary));
    expect(boundaries.size).toBe(1000);
    for (const boundary of boundaries) expect(boundary).toMatch(/^[0-9a-zA-Z-]{20,70}$/);
  });
});
