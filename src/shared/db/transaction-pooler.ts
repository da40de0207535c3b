import { randomUUID } from 'node:crypto';
import pg from 'pg';

const PROBES = 4;

/**
 * Whether a pooler in transaction mode (PgBouncer, Supavisor, RDS Proxy without pinning) stands between us and
 * PostgreSQL: a setting made for a session is then missing afterwards, or shows in the session of somebody else.
 * https://www.pgbouncer.org/features.html
 * @throws Error when the database cannot be reached
 */
export async function isTransactionPooler(databaseUrl: string): Promise<boolean> {
  const mark = randomUUID();
  const first = await connect(databaseUrl);
  const others: pg.Client[] = [];
  try {
    await first.query(`SELECT set_config('attache.probe', $1, false)`, [mark]);
    // Open transactions hold their server connections, so that the first client is moved to another one.
    for (let index = 0; index < PROBES; index += 1) {
      const other = await connect(databaseUrl);
      others.push(other);
      await other.query('BEGIN');
      if ((await readProbe(other)) === mark) return true;
    }
    return (await readProbe(first)) !== mark;
  } finally {
    await Promise.all([first, ...others].map((client) => client.end().catch(() => undefined)));
  }
}

async function readProbe(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(`SELECT current_setting('attache.probe', true) AS mark`);
  return rows[0]?.mark ?? null;
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
