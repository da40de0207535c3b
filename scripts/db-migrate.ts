import process from 'node:process';
import { CHAT_INDEXES } from '#entities/support-chat/_repositories/chat-indexes.ts';
import { type AdoptionReport, adoptDatabase } from '#shared/db/adopt-database.ts';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { buildLiveIndexes } from '#shared/db/live-indexes.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { loadDatabaseSettings } from './command/database-settings.ts';
import { UsageError } from './command/flags.ts';
import { runPlainCommand } from './command/run-plain-command.ts';

await runPlainCommand(
  'db:migrate',
  `Applies the migrations to DATABASE_URL, or to the embedded database, and builds the indexes that need no downtime.
--baseline   first adopts the tables of an older chat created by another program (docs/rollout.md), or names what
             prevents it and changes nothing`,
  async (args) => {
    const unknown = args.filter((arg) => arg !== '--baseline');
    if (unknown.length > 0) throw new UsageError(`the only flag of db:migrate is --baseline, not ${unknown.join(' ')}`);
    const startedMs = performance.now();
    const database = await databaseUrlFor(loadDatabaseSettings());
    try {
      const baseline = args.includes('--baseline') ? await adopt(database.directUrl) : undefined;
      const { applied } = await applyMigrations(database.directUrl);
      // Takes minutes in a large chat, without blocking it.
      const indexes = await buildLiveIndexes(database.directUrl, CHAT_INDEXES);
      const durationMs = Math.round(performance.now() - startedMs);
      process.stdout.write(`${JSON.stringify({ ...(baseline && { baseline }), applied, indexes, durationMs })}\n`);
    } finally {
      await database.stop();
    }
  },
  { takesArguments: true, reports: true },
);

/** @throws Error that lists what is in the way */
async function adopt(databaseUrl: string): Promise<Omit<AdoptionReport, 'refusals'>> {
  const { refusals, ...report } = await adoptDatabase(databaseUrl);
  if (refusals.length === 0) return report;
  const list = refusals.map((refusal) => `  ${refusal}`).join('\n');
  throw new Error(
    `This database cannot be taken over as it is. Nothing was changed. In the way:\n${list}\n` +
      'docs/rollout.md describes the expected tables and has the SQL to get there.',
  );
}
