import process from 'node:process';
import { defineConfig } from 'prisma/config';

// `validate` and `generate` never run the schema engine, yet the CLI downloads one before either.
// Pointing it at any existing file spares that download, which fails on machines without internet;
// migrations are applied by src/shared/db/migrate.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
