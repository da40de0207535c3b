import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STATUS_OF_ERROR } from '#shared/http/http-response.ts';
import type { AppServices } from './app-router.ts';
import { createAppRouter } from './app-router.ts';

const page = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8');

it('docs/api.md has every procedure of the API', () => {
  const procedures = Object.keys(createAppRouter({} as AppServices)._def.procedures);
  const names = procedures.map((name) => name.replace('supportChat.', ''));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('docs/api.md has every error code with its status', () => {
  const rows = Object.entries(STATUS_OF_ERROR).map(([code, status]) => `| \`${code}\` | ${status}`);
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});
