import { describe, expect, it } from 'vitest';
import { decodeRecordId, MAX_ID_LENGTH, NO_SUCH_ID, toRecordId } from './record-id.ts';

describe('an id that a caller sends', () => {
  it.each(['a', '42', 'x'.repeat(MAX_ID_LENGTH), 'я/?&#', '🙂'.repeat(100)])('may be %j', (id) => {
    expect(toRecordId(id)).toBe(id);
    expect(decodeRecordId(encodeURIComponent(id))).toBe(id);
  });

  it.each(['', 'x'.repeat(MAX_ID_LENGTH + 1), 'a\0b', 'a\nb', '\u007f'])("is nobody's as %j", (id) => {
    expect(toRecordId(id)).toBe(NO_SUCH_ID);
  });

  it.each(['%', '%zz', '%00', '%e2%82'])("is nobody's as the broken escape %j", (segment) => {
    expect(decodeRecordId(segment)).toBe(NO_SUCH_ID);
  });
});
