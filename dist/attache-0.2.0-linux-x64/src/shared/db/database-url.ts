import { assertDatabaseAnswers } from './assert-database-answers.ts';
import { joinEmbeddedPostgres } from './embedded/embedded-postgres.ts';

export type DatabaseInUse = {
  readonly url: string;
  readonly embedded: boolean;
  /** Ends what was started for this caller; nothing for a database of the operator's own. */
  stop(): Promise<void>;
};

/**
 * The database the settings name, or the embedded one of `dataDir`: the running one, or started now.
 * @throws Error that names the setting when the operator's own does not answer; EmbeddedPostgresError
 */
export async function databaseUrlFor(config: { databaseUrl: string | null; dataDir: string }): Promise<DatabaseInUse> {
  if (config.databaseUrl !== null) {
    await assertDatabaseAnswers(config.databaseUrl);
    return { url: config.databaseUrl, embedded: false, stop: async () => undefined };
  }
  const { url, stop } = await joinEmbeddedPostgres(config.dataDir);
  return { url, embedded: true, stop };
}
