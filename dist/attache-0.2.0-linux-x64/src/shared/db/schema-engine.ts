import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationDirectory, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { MigrationAdapter } from './migration-adapter.ts';
import { oncePerProcess } from './once-per-process.ts';

const PRISMA_DIR = fileURLToPath(new URL('../../../prisma', import.meta.url));
export const MIGRATIONS_DIR = join(PRISMA_DIR, 'migrations');
export const SCHEMA_FILE = join(PRISMA_DIR, 'schema.prisma');

export const NO_FILTERS = { externalTables: [], externalEnums: [] };

type BindingsOfWasm = typeof bindings & { __wbg_set_wasm(exports: WebAssembly.Exports): void };

/** The bindings of the package hold one engine at a time: a second instance would answer with the first one's memory. */
const wasm = oncePerProcess('schema-engine', () => ({
  loading: undefined as Promise<BindingsOfWasm> | undefined,
  panic: '',
}));

/** Prisma's own schema engine, compiled to WebAssembly: nothing to download, same `_prisma_migrations` table. */
function loadBindings(): Promise<BindingsOfWasm> {
  wasm.loading ??= instantiate();
  return wasm.loading;
}

async function instantiate(): Promise<BindingsOfWasm> {
  // The engine reports a panic through this global before it traps; without it the reason would be lost.
  const set_message = (message: string) => {
    wasm.panic = message;
  };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message } });
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const { instance } = await WebAssembly.instantiate(await readFile(join(folder, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  });
  const engine = bindings as BindingsOfWasm;
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
  return engine;
}

/** Runs `work` with an engine connected to `databaseUrl`; the engine is freed afterwards. */
export async function withSchemaEngine<T>(databaseUrl: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await loadBindings();
  const schema = await readFile(SCHEMA_FILE, 'utf8');
  const adapter = new MigrationAdapter(databaseUrl);
  try {
    const engine = await SchemaEngine.new(
      { datamodels: [[SCHEMA_FILE, schema]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(adapter),
    );
    const result = await work(engine);
    engine.free();
    return result;
  } catch (error) {
    // A panicked instance may not be touched again, not even to free it.
    if (error instanceof WebAssembly.RuntimeError) {
      wasm.loading = undefined;
      throw new Error(`The schema engine failed: ${wasm.panic}`, { cause: error });
    }
    throw error;
  } finally {
    await adapter.close();
  }
}

/** The migrations of a folder in the order of their names, as the engine wants them. */
export async function readMigrations(folder = MIGRATIONS_DIR): Promise<MigrationList> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (path): Promise<MigrationDirectory> => {
      const value = await readFile(join(folder, path, 'migration.sql'), 'utf8');
      return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
    }),
  );
  const content = await readFile(join(folder, 'migration_lock.toml'), 'utf8').catch(() => null);
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}
