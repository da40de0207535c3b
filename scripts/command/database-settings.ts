import { resolve } from 'node:path';
import { env } from 'node:process';
import { BadSettingsError } from '#shared/config/private.ts';
import { readEnvironment } from '#shared/config/read-environment.ts';
import { settingsSchema } from '#shared/config/settings-schema.ts';

const DATABASE_SECRETS = ['DATABASE_URL', 'DATABASE_DIRECT_URL'];

/**
 * The settings that locate the database. Commands that only use the database must not require AUTH_SECRET or storage
 * keys.
 * @throws BadSettingsError
 */
export function loadDatabaseSettings(): {
  databaseUrl: string | null;
  databaseDirectUrl: string | null;
  dataDir: string;
} {
  const { given, fileProblems } = readEnvironment(env);
  const parsed = settingsSchema
    .pick({ DATABASE_URL: true, DATABASE_DIRECT_URL: true, DATA_DIR: true })
    .safeParse(given);
  const unreadable = DATABASE_SECRETS.flatMap((name) => fileProblems.get(name) ?? []);
  if (!parsed.success || unreadable.length > 0) {
    const issues = parsed.error?.issues ?? [];
    throw new BadSettingsError([...unreadable, ...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)]);
  }
  return {
    databaseUrl: parsed.data.DATABASE_URL ?? null,
    databaseDirectUrl: parsed.data.DATABASE_DIRECT_URL ?? null,
    dataDir: resolve(parsed.data.DATA_DIR),
  };
}
