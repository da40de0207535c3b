import process from 'node:process';
import type { Pool } from 'pg';
import { BadSettingsError, type Config } from '#shared/config/private.ts';
import { databaseUrlFor } from '#shared/db/database-url.ts';
import { applyMigrations } from '#shared/db/migrate.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { createLog, type Log } from '#shared/log/log.ts';
import { describeFlags, type FlagSpecs, type FlagValues, parseFlags, UsageError } from './flags.ts';
import { loadJobConfig } from './job-config.ts';
import { openStorages } from './open-storages.ts';
import { Progress } from './progress.ts';

export interface CommandContext {
  config: Config;
  log: Log;
  databaseUrl: string;
  pool: Pool;
  storages: StorageRegistry;
  /** Fires on SIGINT and SIGTERM: finish the current batch. */
  signal: AbortSignal;
  createProgress(unit: string): Progress;
}

export interface CommandOutcome {
  report: object;
  /** Something failed, and the report counts it: exit 1. */
  failed: boolean;
}

export interface Command<Specs extends FlagSpecs> {
  /** The npm script, for the help. */
  name: string;
  summary: string;
  flags: Specs;
  /** Refuses flags and settings that contradict each other, before anything is opened. @throws UsageError */
  check?(flags: FlagValues<Specs>, config: Config): void;
  run(flags: FlagValues<Specs>, context: CommandContext): Promise<CommandOutcome>;
}

const UNDEFINED_TABLE = '42P01';
const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * Runs a command as docs/api.md describes: one line of JSON on standard output, everything else on standard error; exit
 * code 0 done, 1 something failed, 2 bad arguments or settings.
 */
export async function runCommand<Specs extends FlagSpecs>(command: Command<Specs>): Promise<void> {
  // Exits explicitly, so that nothing left open keeps a cron job running.
  process.exit(await execute(command, process.argv.slice(2)));
}

async function execute<Specs extends FlagSpecs>(command: Command<Specs>, args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(
      `${command.summary}\n\nUsage: npm run ${command.name} -- [flags]\n\n${describeFlags(command.flags)}\n`,
    );
    return EXIT_DONE;
  }
  try {
    const flags = parseFlags(command.flags, args);
    const config = loadJobConfig();
    command.check?.(flags, config);
    const { report, failed } = await withContext(config, (context) => command.run(flags, context));
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return failed ? EXIT_FAILED : EXIT_DONE;
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof BadSettingsError;
    const message = describe(error);
    process.stderr.write(`${message}\n${isUsage ? `See npm run ${command.name} -- --help\n` : ''}`);
    process.stdout.write(`${JSON.stringify({ error: message })}\n`);
    return isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isUnknownTable = 'code' in error && error.code === UNDEFINED_TABLE;
  return isUnknownTable ? `${error.message}: the migrations are not applied; run npm run db:migrate` : error.message;
}

async function withContext<Result>(
  config: Config,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const database = await databaseUrlFor(config);
  // Nobody else migrates the embedded database; a new DATA_DIR has no tables yet.
  if (database.embedded) await applyMigrations(database.url);
  // Jobs run long statements; each is bounded by its batch, not by a clock.
  const pool = createPgPool(database.url, {
    maxConnections: Math.min(6, config.databaseMaxConnections),
    preparedStatements: config.databaseDirectUrl === null,
    statementTimeoutMs: 0,
    applicationName: 'attache-command',
  });
  try {
    const storages = await openStorages(config.storage);
    try {
      const log = createLog(config.logLevel);
      const createProgress = (unit: string) => new Progress(process.stderr, unit);
      return await work({
        config,
        log,
        databaseUrl: database.url,
        pool,
        storages,
        signal: stop.signal,
        createProgress,
      });
    } finally {
      await storages.close();
    }
  } finally {
    await pool.end();
    await database.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
