import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertStoragePath, assertStoragePrefix, compareStoragePaths, createStoragePath } from './storage-path.ts';

describe('createStoragePath', () => {
  it('keeps a uuid readable', () => {
    const id = '0d9f1c1e-6a55-4f0e-9a53-6c7a1f2b3c4d';
    expect(createStoragePath(id)).toMatch(new RegExp(`^support-chat/${id}/[0-9a-f]{32}$`));
  });

  it('makes a plain ASCII path that can be stored, of any user id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (userId) => {
        const path = createStoragePath(userId);
        expect(path).toMatch(/^support-chat\/[A-Za-z0-9_-]+\/[0-9a-f]{32}$/);
        expect(() => assertStoragePath(path)).not.toThrow();
      }),
    );
  });

  it('gives different users different folders and the same user the same one', () => {
    const folder = (userId: string) => createStoragePath(userId).split('/')[1];
    expect(folder('a@x')).not.toBe(folder('b@x'));
    expect(folder('a@x')).toBe(folder('a@x'));
    expect(folder('..')).toMatch(/^_[0-9a-f]{64}$/);
  });

  it('never makes the same path twice', () => {
    expect(createStoragePath('u')).not.toBe(createStoragePath('u'));
  });
});

describe('assertStoragePath', () => {
  it.each(['chat/2023/file name.png', 'фото/я.png', 'a', 'a/..b/c..', '%2e%2e/x', 'a\\b', '😀.gif', 'a/.tmp'])(
    'accepts the older path %j',
    (path) => {
      expect(() => assertStoragePath(path)).not.toThrow();
    },
  );

  it.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../x',
    'a/../b',
    'a/..',
    './a',
    'a/.',
    'a//b',
    'a/',
    'a\0b',
    'a\nb',
    '\ud800',
    '.tmp',
    '.tmp/x',
    '.TMP/x',
    'я'.repeat(513),
  ])('refuses %j without repeating it', (path) => {
    expect(() => assertStoragePath(path)).toThrow(TypeError);
    try {
      assertStoragePath(path);
    } catch (error) {
      if (path.length > 3) expect(String(error)).not.toContain(path);
    }
  });
});

describe('assertStoragePrefix', () => {
  it.each(['', 'a', 'a/', 'a/b', 'support-chat/', 'a/.'])('accepts %j', (prefix) => {
    expect(() => assertStoragePrefix(prefix)).not.toThrow();
  });
  it.each(['/', '/a', '../', 'a/../b', 'a//', 'a\0', '.tmp/'])('refuses %j', (prefix) => {
    expect(() => assertStoragePrefix(prefix)).toThrow(TypeError);
  });
});

describe('compareStoragePaths', () => {
  it('orders as the UTF-8 bytes do', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '/', '-', 'я', '\uE000', '\uFFFF', '😀', '\u{10FFFF}') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareStoragePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
