import { describe, expect, test } from 'vitest';
import { failureOf } from './auth-client.ts';
import { findProblems } from './credentials.ts';

const good = { name: 'Anna', email: 'anna@demo.test', password: 'attache-demo' };

describe('the form', () => {
  test('a complete sign-up has no problems', () => {
    expect(findProblems('sign-up', good)).toEqual({});
  });

  test('signing in asks for no name and accepts a short old password', () => {
    expect(findProblems('sign-in', { ...good, name: '', password: 'old' })).toEqual({});
  });

  test('each wrong field is named with its own reason', () => {
    expect(findProblems('sign-up', { name: ' ', email: 'anna', password: 'short' })).toEqual({
      name: 'nameMissing',
      email: 'emailInvalid',
      password: 'passwordShort',
    });
    expect(findProblems('sign-in', { name: '', email: 'a b@c', password: '' })).toEqual({
      email: 'emailInvalid',
      password: 'passwordMissing',
    });
  });
});

describe('an answer of the server in our words', () => {
  test.each([
    [401, 'INVALID_EMAIL_OR_PASSWORD', 'credentials'],
    [401, undefined, 'credentials'],
    [422, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', 'emailTaken'],
    [429, undefined, 'tooMany'],
    [400, 'EMAIL_PASSWORD_SIGN_UP_DISABLED', 'closed'],
    [500, 'SOMETHING_NEW', 'unknown'],
  ])('%i %s is %s', (status, code, expected) => {
    expect(failureOf(status, code)).toBe(expected);
  });
});
