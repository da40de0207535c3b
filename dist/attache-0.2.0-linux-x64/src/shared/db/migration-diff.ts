import { readFile } from 'node:fs/promises';
import { MIGRATIONS_DIR, NO_FILTERS, readMigrations, SCHEMA_FILE, withSchemaEngine } from './schema-engine.ts';

/**
 * The SQL that is missing between the migrations of `folder` and the schema file; null when they agree.
 * Replays the migrations in a shadow database, so the user of `databaseUrl` must be allowed to create one.
 */
export async function diffMigrations(
  databaseUrl: string,
  { folder = MIGRATIONS_DIR, schemaFile = SCHEMA_FILE }: { folder?: string; schemaFile?: string } = {},
): Promise<string | null> {
  const migrations = await readMigrations(folder);
  const schema = { path: schemaFile, content: await readFile(schemaFile, 'utf8') };
  const result = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    }),
  );
  return result.exitCode === 0 ? null : (result.stdout ?? '');
}
