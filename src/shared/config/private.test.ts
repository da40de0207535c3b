import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadSettingsError, loadConfig } from './private.ts';
import { settingsSchema } from './settings-schema.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'attache-config-'));
const external = { DATABASE_URL: 'postgresql://u:p@db/x', AUTH_SECRET: 's'.repeat(32), DATA_DIR: dataDir };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig({ ...external, ...env });
    return [];
  } catch (error) {
    if (error instanceof BadSettingsError) return error.problems;
    throw error;
  }
}

test('.env.example holds exactly the settings of the schema', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const keys = [...example.matchAll(/^([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(keys.toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
});

test('.env.example states the defaults', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const given = Object.fromEntries([...example.matchAll(/^([A-Z0-9_]+)=(.+)$/gm)].map((match) => [match[1], match[2]]));
  expect(settingsSchema.parse(given)).toEqual(settingsSchema.parse({}));
});

test('every bad setting is listed at once', () => {
  const problems = problemsOf({ PORT: 'http', STORAGE_DRIVER: 'ftp', DEMO: 'maybe' });
  expect(problems.map((problem) => problem.split(':')[0]).toSorted()).toEqual(['DEMO', 'PORT', 'STORAGE_DRIVER']);
});

test('what is missing or does not go together is listed beside what is bad', () => {
  const problems = problemsOf({
    PORT: 'http',
    DATABASE_URL: 'mysql://db/x',
    AUTH_SECRET: '',
    STORAGE_DRIVER: 'supabase',
    SUPABASE_URL: 'not a url',
    TRUSTED_PROXIES: 'office',
  });
  expect(problems.map((problem) => problem.split(':')[0]).toSorted()).toEqual([
    'AUTH_SECRET',
    'DATABASE_URL',
    'PORT',
    'SUPABASE_PRIVATE_BUCKET',
    'SUPABASE_SERVICE_ROLE_KEY',
    'SUPABASE_URL',
    'TRUSTED_PROXIES',
  ]);
});

test('a schema that only a part of the product would use is refused, the usual one is not', () => {
  expect(problemsOf({ DATABASE_URL: `${external.DATABASE_URL}?schema=chat` })[0]).toMatch(/^DATABASE_URL: schema=chat/);
  expect(problemsOf({ DATABASE_URL: `${external.DATABASE_URL}?schema=public` })).toEqual([]);
});

test('the rules of one way of running are listed with the others, before anything is made', () => {
  const dir = join(dataDir, 'untouched');
  const rules = () => ['DATABASE_URL: required'];
  const load = () => loadConfig({ DATA_DIR: dir, TRUSTED_PROXIES: 'office' }, rules);
  expect(load).toThrow(/TRUSTED_PROXIES[\s\S]*DATABASE_URL/);
  expect(existsSync(dir)).toBe(false);
});

test('a driver without its settings is refused by name of each', () => {
  expect(problemsOf({ STORAGE_DRIVER: 's3', S3_REGION: 'x' }).map((problem) => problem.split(':')[0])).toEqual([
    'S3_ENDPOINT',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
    'S3_PRIVATE_BUCKET',
  ]);
});

test('gates that would hide new files are refused with the reason', () => {
  const gate = (table: string, legacy: string, read: string) =>
    problemsOf({
      SUPPORT_CHAT_ATTACHMENT_TABLE_WRITE: table,
      SUPPORT_CHAT_ATTACHMENT_LEGACY_WRITE: legacy,
      SUPPORT_CHAT_ATTACHMENT_READ_MODE: read,
    }).length;
  expect(gate('false', 'false', 'table-then-legacy')).toBe(1);
  expect(gate('false', 'true', 'table')).toBe(1);
  expect(gate('true', 'false', 'legacy')).toBe(1);
  for (const [table, legacy, read] of [
    ['true', 'true', 'table'],
    ['true', 'true', 'table-then-legacy'],
    ['true', 'true', 'legacy'],
    ['false', 'true', 'legacy'],
    ['false', 'true', 'table-then-legacy'],
    ['true', 'false', 'table'],
    ['true', 'false', 'table-then-legacy'],
  ] as const) {
    expect(gate(table, legacy, read)).toBe(0);
  }
});

test('an external database needs a secret of its own', () => {
  expect(problemsOf({ AUTH_SECRET: '' })[0]).toMatch(/^AUTH_SECRET: required/);
});

test('the secret of an embedded installation is made once, for its owner alone', () => {
  const dir = mkdtempSync(join(tmpdir(), 'attache-config-'));
  const first = loadConfig({ DATA_DIR: dir });
  expect(loadConfig({ DATA_DIR: dir }).authSecret).toBe(first.authSecret);
  expect(statSync(join(dir, 'auth-secret')).mode & 0o077).toBe(0);
});

test('the demo is on with the embedded database and off with another', () => {
  expect(loadConfig({ DATA_DIR: dataDir }).demo).toBe(true);
  expect(loadConfig({ DATA_DIR: dataDir, DEMO: '0' }).demo).toBe(false);
  expect(loadConfig(external).demo).toBe(false);
});

test('the public origin follows host and port unless it is set', () => {
  expect(loadConfig({ ...external, HOST: '0.0.0.0', PORT: '8080' }).appUrl).toBe('http://127.0.0.1:8080');
  expect(loadConfig({ ...external, APP_URL: 'https://help.example.org/' }).appUrl).toBe('https://help.example.org');
});

test('a proxy that is no address is refused', () => {
  expect(problemsOf({ TRUSTED_PROXIES: '10.0.0.0/8, office' })).toHaveLength(1);
});

test('a secret may stand in a file of its own, without the line end that an editor leaves', () => {
  const file = join(dataDir, 'auth-secret-of-a-vault');
  writeFileSync(file, `${'f'.repeat(40)}\n`);
  const config = loadConfig({ ...external, AUTH_SECRET: '', AUTH_SECRET_FILE: file });
  expect(config.authSecret).toBe('f'.repeat(40));
});

test('a secret file that is absent, empty or beside its variable is listed with the other bad settings', () => {
  const empty = join(dataDir, 'empty');
  writeFileSync(empty, '\n');
  const problems = problemsOf({
    PORT: 'http',
    DATABASE_URL: '',
    DATABASE_URL_FILE: join(dataDir, 'absent'),
    METRICS_TOKEN_FILE: empty,
    AUTH_SECRET_FILE: empty,
  });
  expect(problems.toSorted()).toEqual([
    'AUTH_SECRET_FILE: AUTH_SECRET is set as well; keep one of the two',
    `DATABASE_URL_FILE: ${join(dataDir, 'absent')} cannot be read (ENOENT)`,
    `METRICS_TOKEN_FILE: ${empty} is empty`,
    expect.stringMatching(/^PORT:/),
  ]);
});

test('every secret of .env.example is one that may stand in a file', () => {
  const named = Object.keys(settingsSchema.shape).filter((name) =>
    /SECRET|TOKEN|PRIVATE_KEY|ROLE_KEY|^[A-Z_]*(DATABASE|REDIS|MAIL)[A-Z_]*URL$/.test(name),
  );
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) {
    const problems = problemsOf({ [name]: '', [`${name}_FILE`]: join(dataDir, 'absent') });
    expect(problems, name).toContain(`${name}_FILE: ${join(dataDir, 'absent')} cannot be read (ENOENT)`);
  }
});

test('a secret of before must be as long as the present one', () => {
  expect(loadConfig({ ...external, AUTH_SECRET_PREVIOUS: 'a'.repeat(32) }).previousAuthSecret).toBe('a'.repeat(32));
  expect(problemsOf({ AUTH_SECRET_PREVIOUS: 'short' })[0]).toMatch(/^AUTH_SECRET_PREVIOUS: /);
});

test('an sslmode that PostgreSQL does not know, or one that cannot check, is refused', () => {
  const refusal = (query: string) => problemsOf({ DATABASE_URL: `${external.DATABASE_URL}?${query}` });
  expect(refusal('sslmode=strict')[0]).toMatch(/^DATABASE_URL: sslmode=strict is not one of disable, prefer/);
  expect(refusal('sslmode=verify-ca')[0]).toMatch(/^DATABASE_URL: sslmode=verify-ca needs sslrootcert=FILE/);
  for (const sound of [
    'sslmode=verify-full',
    'sslmode=verify-ca&sslrootcert=/ca.crt',
    'sslmode=disable',
    'connect_timeout=3',
  ]) {
    expect(refusal(sound)).toEqual([]);
  }
});
