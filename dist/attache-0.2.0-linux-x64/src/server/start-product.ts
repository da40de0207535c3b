import process from 'node:process';
import { hashPassword } from 'better-auth/crypto';
import { type Config, loadConfig, type SettingRules } from '#shared/config/private.ts';
import { AUTH_SECRET_MISSING } from '#shared/config/setting-conflicts.ts';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { applyMigrations, listPendingMigrations } from '#shared/db/migrate.ts';
import { seedDemo } from '../../prisma/seed/seed-demo.ts';
import type { Composition } from './composition.ts';
import { createServer, type RunningServer } from './create-server.ts';
import { assertPortFree } from './http/assert-port-free.ts';
import { type Indexing, startIndexing, warnOfMissingIndexes } from './search-indexing.ts';

const MIN_STALE_AFTER_MINUTES = 60;

/** Starts everything in the order in which failing is cheapest: settings, port, database, migrations, server. */
export async function startProduct({ managed }: { managed: boolean }): Promise<{ stop(): Promise<void> }> {
  const config = loadConfig(undefined, servableRules(managed));
  await assertPortFree(config.host, config.port);
  const database = await databaseUrlFor(config);
  let server: RunningServer | null = null;
  let indexing: Indexing | null = null;
  try {
    await prepareDatabase(database.url, managed);
    server = await createServer(
      { ...config, databaseUrl: database.url },
      // Whoever waits for `/api/ready` signs in at once.
      managed && config.demo ? { beforeListening: fillDemo } : {},
    );
    if (database.embedded) server.composition.housekeeping.start();
    if (managed) indexing = startIndexing(database.url, server.composition.log);
    else await warnOfMissingIndexes(server.composition);
    announce(server, config, managed);
  } catch (error) {
    await server?.close();
    await database.stop();
    throw error;
  }
  const running = server;
  return {
    async stop() {
      await indexing?.stop();
      await running.close();
      await database.stop();
    },
  };
}

async function fillDemo({ prisma, storages }: Composition): Promise<void> {
  await seedDemo({ prisma, storage: storages.current, hashPassword });
}

function servableRules(managed: boolean): SettingRules {
  return (settings) => {
    const problems: string[] = [];
    if (!managed && settings.DATABASE_URL === undefined) {
      problems.push('DATABASE_URL: required by `npm run serve`; the embedded database belongs to `npm start`');
      if (settings.AUTH_SECRET === undefined) problems.push(AUTH_SECRET_MISSING);
    }
    if (settings.SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES < MIN_STALE_AFTER_MINUTES) {
      problems.push(
        `SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES: at least ${MIN_STALE_AFTER_MINUTES}; the cleanup command takes less with --force`,
      );
    }
    return problems;
  };
}

async function prepareDatabase(url: string, managed: boolean): Promise<void> {
  if (managed) {
    await applyMigrations(url);
    return;
  }
  const pending = await listPendingMigrations(url);
  if (pending.length > 0) {
    throw new Error(`The database lacks ${pending.length} migration(s), first ${pending[0]}. Run: npm run db:migrate`);
  }
}

function announce(server: RunningServer, config: Config, managed: boolean): void {
  const lines = [`Attaché is ready: ${server.url}`];
  if (managed && config.demo) {
    lines.push(
      'Demo accounts, password attache-demo:',
      '  anna@demo.test, boris@demo.test   customers',
      '  sofia@demo.test                   staff who may manage chats',
      '  nikita@demo.test                  staff who may not',
      '  admin@demo.test                   administrator',
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
