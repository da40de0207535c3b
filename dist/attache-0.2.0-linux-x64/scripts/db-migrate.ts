import process from 'node:process';
import { SEARCH_INDEXES } from '#entities/support-chat/_repositories/search-indexes.ts';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { buildLiveIndexes } from '#shared/db/live-indexes.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { loadDatabaseSettings } from './command/database-settings.ts';
import { runPlainCommand } from './command/run-plain-command.ts';

await runPlainCommand(
  'db:migrate',
  'Applies the migrations to DATABASE_URL, or to the embedded database, and builds the indexes of the search.',
  async () => {
    const startedMs = performance.now();
    const database = await databaseUrlFor(loadDatabaseSettings());
    try {
      const { applied } = await applyMigrations(database.url);
      // Minutes in a large chat, which goes on meanwhile.
      const indexes = await buildLiveIndexes(database.url, SEARCH_INDEXES);
      const durationMs = Math.round(performance.now() - startedMs);
      process.stdout.write(`${JSON.stringify({ applied, indexes, durationMs })}\n`);
    } finally {
      await database.stop();
    }
  },
);
