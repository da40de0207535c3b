import pg from 'pg';

export type PoolLimits = {
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  /** Shown in pg_stat_activity, so that an operator sees whose connection it is. */
  readonly applicationName?: string;
  /** Told about a connection lost while idle; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
};

const TIMESTAMP_WITHOUT_ZONE = 1114;
const SILENCE_AFTER_TIMEOUT_MS = 2_000;

// Prisma's DateTime is `timestamp without time zone` and holds UTC. pg would read and write it in the zone of the
// process, so a server in Moscow would be three hours wrong.
pg.defaults.parseInputDatesAsUTC = true;

const utcTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMP_WITHOUT_ZONE && format !== 'binary') {
      return (text: string) => new Date(`${text.replace(' ', 'T')}Z`);
    }
    return pg.types.getTypeParser(oid, format);
  },
};

/** The same server and credentials, another database. */
export function withDatabase(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/**
 * A pool of raw connections. A connection that breaks while idle is dropped and replaced, never thrown.
 * Session settings are made by SET after connecting, not by start-up parameters, which PgBouncer refuses.
 */
export function createPgPool(databaseUrl: string, limits: PoolLimits = {}): pg.Pool {
  const statementTimeoutMs = Math.max(0, Math.trunc(limits.statementTimeoutMs ?? 15_000));
  const config: pg.PoolConfig & { onConnect: (client: pg.ClientBase) => Promise<void> } = {
    connectionString: databaseUrl,
    max: limits.maxConnections ?? 10,
    connectionTimeoutMillis: limits.connectionTimeoutMs ?? 5_000,
    idleTimeoutMillis: limits.idleTimeoutMs ?? 30_000,
    application_name: limits.applicationName ?? 'attache',
    // The server ends a slow statement itself; this is for one that has fallen silent and ends nothing.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + SILENCE_AFTER_TIMEOUT_MS }),
    keepAlive: true,
    types: utcTypes,
    onConnect: async (client) => {
      await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${statementTimeoutMs}`);
    },
  };
  const pool = new pg.Pool(config);
  // While the pool is being closed a server that goes down at the same time is no news.
  const onIdleError = (error: Error) => {
    if (!pool.ending) limits.onIdleError?.(error);
  };
  pool.on('error', onIdleError);
  // A client handed out has only its borrower's listeners; without one of ours a broken socket ends the process.
  pool.on('connect', (client) => client.on('error', onIdleError));
  return pool;
}
