import process from 'node:process';
import { findEmbeddedUrl } from '#shared/db/embedded/embedded-postgres.ts';
import { loadDatabaseSettings } from './command/database-settings.ts';
import { runPlainCommand } from './command/run-plain-command.ts';

await runPlainCommand('db:url', 'Prints the connection URL of the database in use.', async () => {
  const { databaseUrl, dataDir } = loadDatabaseSettings();
  const url = databaseUrl ?? findEmbeddedUrl(dataDir);
  if (url === null) throw new Error(`The embedded database of ${dataDir} is not running: npm start runs it.`);
  process.stdout.write(`${url}\n`);
});
