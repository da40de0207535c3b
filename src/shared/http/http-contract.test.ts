import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/http-contract.md'), 'utf8');
const REFERENCES = [...DOCUMENT.matchAll(/`([\w/-]+\.test)` "([^"]+)"/g)].map(([, file = '', name = '']) => {
  const path = join(ROOT, file.includes('/') ? file : join('src/shared/http', file));
  return { file, name, path: `${path}.ts` };
});

test.each(REFERENCES)('docs/http-contract.md names a test that exists: $file "$name"', ({ path, name }) => {
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(`'${name}'`);
});

test('docs/http-contract.md gives every row a test', () => {
  const rows = DOCUMENT.split('\n').filter((line) => /^\| (?!case|---)/.test(line));
  expect(rows.length).toBeGreaterThan(45);
  for (const row of rows) expect(row).toMatch(/`[\w/-]+\.test` "/);
});
