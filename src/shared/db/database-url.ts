import { assertDatabaseAnswers } from './assert-database-answers.ts';
import { joinEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { settleTlsMode } from './tls-mode.ts';
import { isTransactionPooler } from './transaction-pooler.ts';

export type DatabaseInUse = {
  readonly url: string;
  /** For LISTEN, session locks, migrations and index builds: never through a transaction pooler. */
  readonly directUrl: string;
  readonly embedded: boolean;
  /** Ends what was started for this caller; nothing for a database of the operator's own. */
  stop(): Promise<void>;
};

/**
 * The database the settings name, or the embedded one of `dataDir`: the running one, or started now.
 * @throws Error that names the setting when the operator's own does not answer, or is reached through a transaction
 * pooler without a direct way beside it; EmbeddedPostgresError
 */
export async function databaseUrlFor(config: {
  databaseUrl: string | null;
  databaseDirectUrl?: string | null;
  dataDir: string;
}): Promise<DatabaseInUse> {
  if (config.databaseUrl === null) {
    const { url, stop } = await joinEmbeddedPostgres(config.dataDir);
    return { url, directUrl: url, embedded: true, stop };
  }
  const databaseUrl = await settleTlsMode(config.databaseUrl);
  const databaseDirectUrl = config.databaseDirectUrl ? await settleTlsMode(config.databaseDirectUrl) : null;
  await assertDatabaseAnswers(databaseUrl, 'DATABASE_URL');
  if (databaseDirectUrl !== null) {
    await assertDatabaseAnswers(databaseDirectUrl, 'DATABASE_DIRECT_URL');
    if (await isTransactionPooler(databaseDirectUrl)) throw new Error(`DATABASE_DIRECT_URL ${POOLED}`);
  } else if (await isTransactionPooler(databaseUrl)) {
    throw new Error(`DATABASE_URL ${POOLED}, or set DATABASE_DIRECT_URL to an address that goes past the pooler.`);
  }
  const stop = async () => undefined;
  return { url: databaseUrl, directUrl: databaseDirectUrl ?? databaseUrl, embedded: false, stop };
}

const POOLED =
  'leads through a pooler in transaction mode, which keeps no LISTEN and no session lock. Use its session mode or a direct address';
