import { expect, it } from 'vitest';
import { regionalLocale } from './regional-locale.ts';

it('writes times as the reader does at home, in the language of the page', () => {
  expect(regionalLocale('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(regionalLocale('ru', ['en-GB'])).toBe('ru');
  expect(regionalLocale('en', [])).toBe('en');
});
