import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { withDatabase } from './pg-pool.ts';

const INTERNAL_CHAR = 18;
const LOCK_TIMEOUT_MS = 4_000;
const { Character } = ColumnTypeEnum;

/**
 * Prisma's adapter as the schema engine needs it. Three things differ from the adapter as published (7.10):
 * it does not know PostgreSQL's one-byte "char", which the engine's own catalogue queries return; it cuts scripts at
 * every semicolon, also inside quotes and function bodies, and runs the pieces outside a transaction; and it takes
 * the main database for the shadow one whenever it was given a connection string.
 */
export class MigrationAdapter extends PrismaPg {
  readonly #databaseUrl: string;
  readonly #pool: pg.Pool;

  constructor(databaseUrl: string) {
    const pool = createMigrationPool(databaseUrl);
    super(pool);
    this.#databaseUrl = databaseUrl;
    this.#pool = pool;
  }

  /** Ends the connections, and with them the session lock that the engine takes and leaves behind. */
  async close(): Promise<void> {
    await this.#pool.end();
  }

  override async connect() {
    const adapter = await super.connect();
    const pool = adapter.underlyingDriver();
    // Several statements in one simple query are one transaction: a migration is applied whole or not at all.
    adapter.executeScript = async (script) => {
      await pool.query(script).catch((error: unknown) => {
        throw asDriverAdapterError(error);
      });
    };
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columnTypes = result.columnTypes.map((type) => (type === ColumnTypeEnum.Uuid ? Character : type));
      return { ...result, columnTypes };
    };
    return adapter;
  }

  override async connectToShadowDb() {
    const name = `attache_shadow_${randomUUID().replaceAll('-', '')}`;
    const main = new pg.Client({ connectionString: this.#databaseUrl });
    await main.connect();
    await main.query(`CREATE DATABASE "${name}"`);
    const shadowFactory = new MigrationAdapter(withDatabase(this.#databaseUrl, name));
    const shadow = await shadowFactory.connect();
    shadow.dispose = async () => {
      await shadowFactory.close();
      await main.query(`DROP DATABASE "${name}" WITH (FORCE)`);
      await main.end();
    };
    return shadow;
  }
}

/**
 * "char" travels through the adapter under the type of uuid, which no query of the engine returns, and becomes a
 * character again in `queryRaw`.
 */
function createMigrationPool(connectionString: string): pg.Pool {
  const config: pg.PoolConfig & { onConnect: (client: pg.ClientBase) => Promise<void> } = {
    connectionString,
    max: 2,
    connectionTimeoutMillis: 5_000,
    // A statement that waits for a table's lock makes everybody behind it wait too: better to give up and come back.
    onConnect: async (client) => {
      await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    },
  };
  const pool = new pg.Pool(config);
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryArrayResult>;
  const queryKnownTypes = async (...args: unknown[]) => {
    const result = await query(...args);
    for (const field of result.fields ?? []) {
      if (field.dataTypeID === INTERNAL_CHAR) field.dataTypeID = pg.types.builtins.UUID;
    }
    return result;
  };
  pool.query = queryKnownTypes as typeof pool.query;
  pool.on('error', () => undefined);
  return pool;
}

/** The engine prints what it knows the shape of; anything else would end as "external error". */
function asDriverAdapterError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'N/A',
    severity: error.severity ?? 'ERROR',
    message: `${error.message} (SQLSTATE ${error.code})`,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  });
}
