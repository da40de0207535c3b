import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import { cleanMediaType, readLegacyEntries } from './legacy-entries.ts';

const good = { id: 'a', name: 'a.png', path: 'chat/2021/a b.png', type: 'image/png', sizeBytes: 3 };

describe('the JSON of an older message', () => {
  it('becomes entries in their order', () => {
    const { entries, findings } = readLegacyEntries('m', [good, { ...good, id: 'b', path: 'b' }]);
    expect(entries).toEqual([
      { messageId: 'm', position: 0, ...good },
      { messageId: 'm', position: 1, ...good, id: 'b', path: 'b' },
    ]);
    expect(findings).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    ['not a list', { ...good }],
    ['a text', '[]'],
    ['a number', 7],
    ['an entry that is null', [null]],
    ['an entry that is a list', [[good]]],
    ['an entry without id', [{ ...good, id: undefined }]],
    ['an entry with an empty id', [{ ...good, id: '' }]],
    ['an id longer than any', [{ ...good, id: 'x'.repeat(256) }]],
    ['an entry without path', [{ ...good, path: null }]],
    ['a path that leaves the storage', [{ ...good, path: '../../etc/passwd' }]],
    ['an absolute path', [{ ...good, path: '/etc/passwd' }]],
  ])('that is wrong is listed as invalid: %s', (_, json) => {
    const { entries, findings } = readLegacyEntries('m', json);
    expect(entries).toEqual([]);
    expect(findings.map(({ kind }) => kind)).toEqual(['invalid']);
  });

  it('with the same id twice counts once, the second is listed', () => {
    const { entries, findings } = readLegacyEntries('m', [good, good]);
    expect(entries).toHaveLength(1);
    expect(findings).toMatchObject([{ kind: 'duplicate', position: 1, attachmentId: 'a' }]);
  });

  it('with unknown or absent fields is taken over, and the oddity noted', () => {
    const { entries, findings } = readLegacyEntries('m', [{ id: 'a', path: 'p', sizeBytes: '12', extra: 1 }]);
    expect(entries).toEqual([
      {
        messageId: 'm',
        position: 0,
        id: 'a',
        path: 'p',
        name: 'file',
        type: 'application/octet-stream',
        sizeBytes: 12,
      },
    ]);
    expect(findings.map(({ detail }) => detail)).toEqual(['unknown fields: extra', 'fields not given: name, type']);
  });

  it('of any shape is read without an error, and nothing is left out in silence', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as JsonValue;
        const { entries, findings } = readLegacyEntries('m', value);
        const told = findings.filter(({ kind }) => kind === 'invalid' || kind === 'duplicate').length;
        expect(entries.length + told).toBe(Array.isArray(value) ? value.length : 1);
      }),
    );
  });
});

describe('a legacy type', () => {
  it.each([
    ['image/PNG', 'image/png'],
    ['text/plain; charset=utf-8', 'text/plain'],
    ['nonsense', 'application/octet-stream'],
    ['a/b\r\nX: y', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j is stored as %j', (given, expected) => {
    expect(cleanMediaType(given)).toBe(expected);
  });
});
