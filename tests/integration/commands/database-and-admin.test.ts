import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEmbeddedUrl, joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';
import { TestClient } from '#tests/support/test-client.ts';
import { startTestDatabase, useDatabase } from '#tests/support/test-database.ts';
import { useServer } from '#tests/support/test-server.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** As npm would, without npm: another process, settings by environment, something on standard input. */
async function command(script: string, args: string[], env: Record<string, string>, input = '') {
  const child = spawn(process.execPath, [`scripts/${script}`, ...args], {
    cwd: ROOT,
    env: { NODE_ENV: 'production', PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(input);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { stdout: stdout.trim(), stderr: stderr.trim(), code };
}

describe('a job', () => {
  it('names the setting when its database cannot be reached', async () => {
    const result = await command('cleanup-support-chat-attachments.ts', [], {
      DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x',
      AUTH_SECRET: 'x'.repeat(32),
    });
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout).error).toContain('DATABASE_URL');
  });
});

describe('bench', () => {
  it.each([['--nonsense'], ['more'], ['--only=none-of-these']])('refuses %s with exit 2', async (argument) => {
    const result = await command('bench.ts', [argument], {});
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(argument.split('=').at(-1));
  });
});

describe('db:migrate', () => {
  it('brings an empty database up to date, then finds nothing to do; no secret is asked for', async () => {
    const database = await startTestDatabase('blank');
    const first = await command('db-migrate.ts', [], { DATABASE_URL: database.url });
    const second = await command('db-migrate.ts', [], { DATABASE_URL: database.url });
    await database.close();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout).applied).toContain('20261102000000_add_support_attachment');
    expect(JSON.parse(first.stdout).indexes).toContain('ChatMessage_words_idx');
    expect(JSON.parse(second.stdout)).toMatchObject({ applied: [], indexes: [] });
  });

  it('says in one line that the database cannot be reached', async () => {
    const result = await command('db-migrate.ts', [], { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' });
    expect(result.code).toBe(1);
    expect(result.stderr.split('\n')).toHaveLength(1);
    expect(result.stderr).toContain('ECONNREFUSED');
    expect(result.stderr).toContain('DATABASE_URL');
  });

  it('refuses a bad setting with exit 2', async () => {
    const result = await command('db-migrate.ts', [], { DATABASE_URL: 'mysql://a' });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('DATABASE_URL');
  });
});

describe('db:url', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'attache-db-url-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('prints DATABASE_URL when that is in use', async () => {
    const url = 'postgresql://a:b@db.example.test:5432/chat';
    expect(await command('db-url.ts', [], { DATABASE_URL: url })).toEqual({ code: 0, stdout: url, stderr: '' });
  });

  it('prints the address of the running embedded database, and an error when it does not run', async () => {
    const before = await command('db-url.ts', [], { DATA_DIR: dataDir });
    expect(before).toMatchObject({ code: 1, stdout: '' });
    expect(before.stderr).toContain('not running');
    const database = await joinEmbeddedPostgres(dataDir);
    const during = await command('db-url.ts', [], { DATA_DIR: dataDir });
    await database.stop();
    expect(during).toEqual({ code: 0, stdout: database.url, stderr: '' });
    expect(findEmbeddedUrl(dataDir)).toBeNull();
  });
});

describe('admin:create', () => {
  const database = useDatabase('empty');
  const create = (args: string[], password = 'a long password\n') =>
    command(
      'admin-create.ts',
      args,
      { DATABASE_URL: database.url, AUTH_SECRET: 'a secret of at least thirty-two characters', DATA_DIR: tmpdir() },
      password,
    );

  it('makes an administrator', async () => {
    const result = await create(['--email', 'Olga@Example.test', '--name', 'Olga']);
    expect(result).toMatchObject({ code: 0 });
    const report = JSON.parse(result.stdout);
    expect(report).toMatchObject({ email: 'olga@example.test', role: 'ADMIN' });
    expect(await database.prisma.user.findUniqueOrThrow({ where: { id: report.userId } })).toMatchObject({
      name: 'Olga',
      role: 'ADMIN',
    });
  });

  it.each([
    [
      'an address that has an account',
      ['--email', 'olga@example.test', '--name', 'Olga'],
      'a long password',
      'account already',
    ],
    ['what is no address', ['--email', 'olga', '--name', 'Olga'], 'a long password', 'not an e-mail'],
    ['a short password', ['--email', 'new@example.test', '--name', 'New'], 'short', 'characters'],
    ['no password', ['--email', 'new@example.test', '--name', 'New'], '', 'characters'],
    ['no address', ['--name', 'New'], 'a long password', '--email'],
    ['no name', ['--email', 'new@example.test'], 'a long password', '--name'],
  ])('refuses %s with exit 2 and changes nothing', async (_case, args, password, reason) => {
    const before = await database.prisma.user.count();
    const result = await create(args, password);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(reason);
    expect(await database.prisma.user.count()).toBe(before);
  });
});

describe('an administrator made by the command', () => {
  const server = useServer();

  it('signs in', async () => {
    const { code } = await command(
      'admin-create.ts',
      ['--email', 'root@example.test', '--name', 'Root'],
      {
        DATABASE_URL: server.database.url,
        AUTH_SECRET: 'a secret of at least thirty-two characters',
        DATA_DIR: server.dataDir,
      },
      'correct horse battery\n',
    );
    expect(code).toBe(0);
    const client = await TestClient.signIn(server.url, 'root@example.test', 'correct horse battery');
    const session = (await (await client.fetch('/api/auth/get-session')).json()) as { user: { role: string } };
    expect(session.user.role).toBe('ADMIN');
  });
});
