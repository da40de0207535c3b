import type pg from 'pg';

/** One table as the catalogue describes it; names as in `CREATE TABLE`. */
export interface TableSnapshot {
  columns: Map<string, ColumnSnapshot>;
  /** Columns of the primary key, in its order, and of each other unique index without a condition. */
  primaryKey: string;
  uniques: Set<string>;
}

export interface ColumnSnapshot {
  /** As `format_type` prints it, without a schema in front. */
  type: string;
  notNull: boolean;
  defaultSql: string | null;
  /** Generated, or filled by an identity or a sequence. */
  isGenerated: boolean;
}

export interface SchemaSnapshot {
  tables: Map<string, TableSnapshot>;
  /** Values of each enum in their order. */
  enums: Map<string, string[]>;
  /** `CREATE INDEX` statements by the name of the index, without a schema. */
  indexes: Map<string, { table: string; columns: string; unique: boolean; sql: string }>;
}

interface ColumnRow {
  table: string;
  name: string;
  type: string;
  notNull: boolean;
  defaultSql: string | null;
  isGenerated: boolean;
}

/** Reads tables, enums and indexes of a schema from the catalogue. @throws what `pg` throws */
export async function readSchema(client: pg.ClientBase, schema: string): Promise<SchemaSnapshot> {
  const columns = await client.query<ColumnRow>(
    `SELECT c.relname::text AS "table", a.attname::text AS name,
       regexp_replace(format_type(a.atttypid, a.atttypmod), '^(?:"?[^".]+"?\\.)?"?([^"]+)"?$', '\\1') AS type,
       a.attnotnull AS "notNull", pg_get_expr(d.adbin, d.adrelid) AS "defaultSql",
       a.attidentity <> '' OR a.attgenerated <> '' AS "isGenerated"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relkind IN ('r', 'p')`,
    [schema],
  );
  const indexes = await client.query<{
    table: string;
    name: string;
    columns: string;
    unique: boolean;
    primary: boolean;
    sql: string;
  }>(
    `SELECT t.relname::text AS "table", c.relname::text AS name, i.indisunique AND i.indpred IS NULL AS unique,
       i.indisprimary AS primary, replace(pg_get_indexdef(i.indexrelid), quote_ident($1) || '.', '') AS sql,
       (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY k(num, n)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num) AS columns
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = $1 WHERE i.indisvalid`,
    [schema],
  );
  const enums = await client.query<{ name: string; values: string[] }>(
    `SELECT t.typname::text AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS values
     FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname = $1 GROUP BY t.typname`,
    [schema],
  );
  const tables = new Map<string, TableSnapshot>();
  for (const { table, name, ...column } of columns.rows) {
    const known = tables.get(table) ?? { columns: new Map(), primaryKey: '', uniques: new Set<string>() };
    known.columns.set(name, column);
    tables.set(table, known);
  }
  for (const { table, columns: key, unique, primary } of indexes.rows) {
    const known = tables.get(table);
    if (primary && known) known.primaryKey = key;
    if (unique) known?.uniques.add(key);
  }
  return {
    tables,
    enums: new Map(enums.rows.map(({ name, values }) => [name, values])),
    indexes: new Map(indexes.rows.filter(({ primary }) => !primary).map(({ name, ...index }) => [name, index])),
  };
}
