import process from 'node:process';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { loadDatabaseSettings } from './command/database-settings.ts';
import { runPlainCommand } from './command/run-plain-command.ts';

await runPlainCommand(
  'db:migrate',
  'Applies the migrations to DATABASE_URL, or to the embedded database.',
  async () => {
    const startedMs = performance.now();
    const database = await databaseUrlFor(loadDatabaseSettings());
    try {
      const { applied } = await applyMigrations(database.url);
      process.stdout.write(`${JSON.stringify({ applied, durationMs: Math.round(performance.now() - startedMs) })}\n`);
    } finally {
      await database.stop();
    }
  },
);
