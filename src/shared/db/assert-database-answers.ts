import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;

/** @throws Error with one line that names the setting, when the database cannot be reached or refuses us */
export async function assertDatabaseAnswers(databaseUrl: string, setting: string): Promise<void> {
  let client: pg.Client | undefined;
  try {
    // Reads the files of certificates that the address names.
    client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    await client.connect();
  } catch (error) {
    const reason = (error as Error).message || (error as NodeJS.ErrnoException).code || 'no connection';
    throw new Error(`The database does not answer (${reason}). Check ${setting} and that PostgreSQL runs.`);
  } finally {
    await client?.end().catch(() => undefined);
  }
}
