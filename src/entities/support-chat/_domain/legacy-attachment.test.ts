import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLegacyAttachments, toLegacyAttachment } from './legacy-attachment.ts';

describe('the legacy JSON', () => {
  it('comes back as it was written', () => {
    const row = { id: 'a', originalName: 'я.png', storagePath: 'p/q', mimeType: 'image/png', sizeBytes: 7 };
    const entry = toLegacyAttachment(row);
    expect(entry).toEqual({ id: 'a', name: 'я.png', path: 'p/q', type: 'image/png', sizeBytes: 7 });
    expect(parseLegacyAttachments([{ ...entry }])).toEqual([entry]);
  });

  it('is read leniently: sizes as text, missing names, each id once', () => {
    expect(
      parseLegacyAttachments([
        { id: 1, sizeBytes: '12', path: 'p' },
        { id: '1', name: 'again' },
        { id: 'x', sizeBytes: -1, path: '' },
      ]),
    ).toEqual([
      { id: '1', name: 'file', path: 'p', type: 'application/octet-stream', sizeBytes: 12 },
      { id: 'x', name: 'file', path: null, type: 'application/octet-stream', sizeBytes: null },
    ]);
  });

  it('never throws, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        for (const value of [json, [json]]) {
          for (const entry of parseLegacyAttachments(JSON.parse(JSON.stringify(value)))) expect(entry.id).not.toBe('');
        }
      }),
    );
  });
});
