import { describe, expect, test } from 'vitest';
import { safeNextPath } from './next-path.ts';

describe('after signing in', () => {
  test('the reader comes back to the page and conversation they asked for', () => {
    expect(safeNextPath('/support-chat?dialog=42')).toBe('/support-chat?dialog=42');
  });

  test.each([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    '/\t/evil.test',
    '/.//evil.test',
    '/a/..//evil.test',
    '/./\\evil.test',
    '/%2e//evil.test/a?b',
    '',
    undefined,
    ['/a'],
  ])('nobody is sent to another site by %j', (next) => {
    const path = safeNextPath(next);
    expect(new URL(path, 'http://ours.test').origin).toBe('http://ours.test');
  });
});
