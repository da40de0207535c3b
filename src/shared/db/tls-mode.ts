import pg from 'pg';

const NO_TLS_HERE = /does not support SSL connections/;

/**
 * The address with its `sslmode` as PostgreSQL's own programs read it; pg by itself takes every mode but `disable` for
 * `verify-full`. `prefer` is decided here, by asking the server once. Without `sslmode` nothing changes: no TLS.
 * `sslrootcert` is a file, or `system`: the certificate authorities that Node brings, also what `verify-full` takes
 * without one. https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
 */
export async function settleTlsMode(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode');
  if (mode === null || mode === 'disable') return databaseUrl;
  url.searchParams.set('uselibpqcompat', 'true');
  if (url.searchParams.get('sslrootcert') === 'system') url.searchParams.delete('sslrootcert');
  if (mode === 'prefer') {
    url.searchParams.set('sslmode', 'require');
    if (!(await offersTls(url.href))) url.searchParams.set('sslmode', 'disable');
  }
  return url.href;
}

/** Any other failure is left to the next attempt, which can say what it is. */
async function offersTls(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return !NO_TLS_HERE.test(error instanceof Error ? error.message : '');
  } finally {
    await client.end().catch(() => undefined);
  }
}
