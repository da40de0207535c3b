import { describe, expect, test } from 'vitest';
import { isForeignOrigin } from './same-origin.ts';

const APP = 'https://chat.example';
const post = (origin?: string, secFetchSite?: string) => ({ method: 'POST', origin, secFetchSite });

describe('a mutation', () => {
  test('from our own page is accepted', () => {
    expect(isForeignOrigin(post(APP, 'same-origin'), APP)).toBe(false);
    expect(isForeignOrigin(post(APP), APP)).toBe(false);
    expect(isForeignOrigin(post(undefined, 'same-origin'), APP)).toBe(false);
    expect(isForeignOrigin(post(undefined, 'none'), APP)).toBe(false);
  });

  test('from a program, which sends neither field, is accepted', () => {
    expect(isForeignOrigin(post(), APP)).toBe(false);
  });

  test.each([
    'https://evil.example',
    'http://chat.example',
    'https://chat.example:8443',
    'https://chat.example.evil.example',
    'https://sub.chat.example',
    'null',
    '',
    `${APP}, https://evil.example`,
  ])('with Origin %j is refused, whatever Sec-Fetch-Site says', (origin) => {
    for (const site of [undefined, 'same-origin', 'none', 'cross-site']) {
      expect(isForeignOrigin(post(origin, site), APP)).toBe(true);
    }
  });

  test.each(['cross-site', 'same-site', 'something-new', ''])('with Sec-Fetch-Site %j is refused', (site) => {
    expect(isForeignOrigin(post(undefined, site), APP)).toBe(true);
    expect(isForeignOrigin(post(APP, site), APP)).toBe(true);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('is any method but the safe ones: %s', (method) => {
    expect(isForeignOrigin({ method, origin: 'https://evil.example', secFetchSite: undefined }, APP)).toBe(true);
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('is not %s, which may come from anywhere', (method) => {
    expect(isForeignOrigin({ method, origin: 'https://evil.example', secFetchSite: 'cross-site' }, APP)).toBe(false);
  });
});
