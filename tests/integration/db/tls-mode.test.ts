import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { joinEmbeddedPostgres } from '#shared/db/embedded/embedded-postgres.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';

const run = promisify(execFile);

let dataDir: string;
let certificates: string;
let server: Awaited<ReturnType<typeof joinEmbeddedPostgres>>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'attache-tls-'));
  certificates = await mkdtemp(join(tmpdir(), 'attache-certificates-'));
  server = await joinEmbeddedPostgres(dataDir);
});
afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
  await rm(certificates, { recursive: true, force: true });
});

/** Gives the server a certificate for `localhost` from an authority of the test's own. */
async function switchTlsOn(): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: certificates });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  for (const name of ['ca', 'other']) {
    await openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  }
  const folder = join(dataDir, 'postgres/data');
  const owner = await stat(folder);
  const pair = { key: join(folder, 'server.key'), certificate: join(folder, 'server.crt') };
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'subjectAltName=DNS:localhost'];
  await openssl(
    'req',
    '-x509',
    ...key,
    ...signing,
    '-subj',
    '/CN=localhost',
    '-keyout',
    pair.key,
    '-out',
    pair.certificate,
  );
  for (const file of Object.values(pair)) await chown(file, owner.uid, owner.gid);
  await chmod(pair.key, 0o600);
  await query(server.url, 'ALTER SYSTEM SET ssl = on');
  await query(server.url, 'SELECT pg_reload_conf()');
  await expect.poll(async () => (await query(server.url, 'SHOW ssl'))[0]).toEqual({ ssl: 'on' });
}

async function query(url: string, sql: string): Promise<object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What the product's own connections get under that `sslmode`: whether they are encrypted. @throws when refused */
async function isEncrypted(parameters: Record<string, string>, host = '127.0.0.1'): Promise<boolean> {
  const url = new URL(server.url);
  url.hostname = host;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const database = await databaseUrlFor({ databaseUrl: url.href, dataDir });
  const pool = createPgPool(database.url);
  try {
    const { rows } = await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0].ssl;
  } finally {
    await pool.end();
  }
}

describe('sslmode of DATABASE_URL means what it means to psql', () => {
  it('towards a server without TLS: prefer goes without it, require does not go at all', async () => {
    expect(await isEncrypted({ sslmode: 'prefer' })).toBe(false);
    expect(await isEncrypted({ sslmode: 'disable' })).toBe(false);
    await expect(isEncrypted({ sslmode: 'require' })).rejects.toThrow(/does not support SSL.*Check DATABASE_URL/);
  });

  it('towards a server with TLS: each mode checks as much as it says', async () => {
    await switchTlsOn();
    const file = (name: string) => join(certificates, name);
    expect(await isEncrypted({})).toBe(false);
    expect(await isEncrypted({ sslmode: 'disable' })).toBe(false);
    expect(await isEncrypted({ sslmode: 'prefer' })).toBe(true);
    expect(await isEncrypted({ sslmode: 'require' })).toBe(true);
    // An authority given beside `require` is checked, as libpq does.
    await expect(isEncrypted({ sslmode: 'require', sslrootcert: file('other.crt') })).rejects.toThrow(/certificate/);
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert: file('ca.crt') })).toBe(true);
    await expect(isEncrypted({ sslmode: 'verify-ca', sslrootcert: file('other.crt') })).rejects.toThrow(/certificate/);
    expect(await isEncrypted({ sslmode: 'verify-full', sslrootcert: file('ca.crt') }, 'localhost')).toBe(true);
    await expect(isEncrypted({ sslmode: 'verify-full', sslrootcert: file('ca.crt') })).rejects.toThrow(/127\.0\.0\.1/);
    await expect(isEncrypted({ sslmode: 'verify-full' }, 'localhost')).rejects.toThrow(/certificate/);
    await expect(isEncrypted({ sslmode: 'verify-full', sslrootcert: 'system' }, 'localhost')).rejects.toThrow(
      /certificate/,
    );
  });

  it('names the setting when the file of the authority is absent', async () => {
    await expect(isEncrypted({ sslmode: 'verify-ca', sslrootcert: '/absent.crt' })).rejects.toThrow(
      /ENOENT.*absent\.crt.*Check DATABASE_URL/,
    );
  });
});
