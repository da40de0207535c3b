import { expect, it } from 'vitest';
import { toStorageError, toUnavailable } from './local-errors.ts';

const errorOf = (code: string) => Object.assign(new Error(`${code}: /secret/path`), { code });

it.each([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EACCES', 'refused'],
  ['EROFS', 'refused'],
  ['EIO', 'failed'],
  ['EMFILE', 'failed'],
])('%s of the disk means %s, told without the path', (code, reason) => {
  const error = toUnavailable(errorOf(code));
  expect([error.reason, error.message]).toEqual([reason, `local storage ${reason} (${code})`]);
  expect(error.cause).toMatchObject({ code });
});

it('a file that is not there is missing, not unavailable', () => {
  expect(toStorageError(errorOf('ENOENT'))).toMatchObject({ name: 'StorageObjectMissingError' });
});
