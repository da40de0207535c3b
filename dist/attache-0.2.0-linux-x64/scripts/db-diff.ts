import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { diffMigrations } from '#shared/db/migration-diff.ts';
import { MIGRATIONS_DIR } from '#shared/db/schema-engine.ts';
import { loadDatabaseSettings } from './command/database-settings.ts';
import { UsageError } from './command/flags.ts';
import { runPlainCommand } from './command/run-plain-command.ts';

// For developers: `npm run db:diff -- add_something` writes what prisma/schema.prisma has and the migrations lack.
await runPlainCommand(
  'db:diff',
  'Writes a new migration: npm run db:diff -- NAME',
  async ([name, ...rest]) => {
    if (!name || rest.length > 0 || !/^[a-z][a-z0-9_]*$/.test(name)) {
      throw new UsageError('give the migration one name of small letters, digits and underscores');
    }
    const database = await databaseUrlFor(loadDatabaseSettings());
    try {
      const sql = await diffMigrations(database.url);
      if (sql === null) {
        process.stdout.write('Nothing to write: the migrations lead to the schema.\n');
        return;
      }
      const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
      const folder = join(MIGRATIONS_DIR, `${stamp}_${name}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'migration.sql'), sql);
      process.stdout.write(`${folder}\n`);
    } finally {
      await database.stop();
    }
  },
  { takesArguments: true },
);
