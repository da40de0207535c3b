import { resolve } from 'node:path';
import { env } from 'node:process';
import { BadSettingsError } from '#shared/config/private.ts';
import { settingsSchema } from '#shared/config/settings-schema.ts';

/**
 * The two settings that say where the database is. Commands about the database alone must not ask for the secret of
 * the sessions or the keys of a bucket.
 * @throws BadSettingsError
 */
export function loadDatabaseSettings(): { databaseUrl: string | null; dataDir: string } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.pick({ DATABASE_URL: true, DATA_DIR: true }).safeParse(given);
  if (!parsed.success) {
    throw new BadSettingsError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return { databaseUrl: parsed.data.DATABASE_URL ?? null, dataDir: resolve(parsed.data.DATA_DIR) };
}
