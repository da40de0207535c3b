import { assertDatabaseAnswers } from '#shared/db/assert-database-answers.ts';
import { type DatabaseInUse, databaseUrlFor } from '#shared/db/database-url.ts';

/**
 * The database of a command: the one the settings name, or the embedded one, running or started now.
 * @throws Error with one line that names the setting when it does not answer; EmbeddedPostgresError
 */
export async function openDatabase(config: { databaseUrl: string | null; dataDir: string }): Promise<DatabaseInUse> {
  const database = await databaseUrlFor(config);
  try {
    await assertDatabaseAnswers(database.url);
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}
