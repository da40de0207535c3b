import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from './schema-snapshot.ts';

/** What it takes to make a database of another program fit. */
export interface Adoption {
  /** Additive statements, in the order in which they run. */
  statements: string[];
  /** Why the database cannot be taken over as it is; each line says what to do. */
  refusals: string[];
}

export interface Expectation {
  /** The schema after the migration that the older database stands for. */
  expected: SchemaSnapshot;
  /** `CREATE TABLE` statements of tables that may be missing: the older program had no use for them. */
  creatable: ReadonlyMap<string, string>;
  /** What later migrations create; an older database must not have things of these names. */
  later: {
    tables: readonly string[];
    enums: readonly string[];
    columns: readonly (readonly [table: string, column: string])[];
  };
}

/**
 * Compares a database of another program with what the migrations expect of it. Whatever can be added beside a running
 * older program is; whatever would change or forbid what that program does is refused.
 */
export function planAdoption(actual: SchemaSnapshot, { expected, creatable, later }: Expectation): Adoption {
  const plan: Adoption = { statements: [], refusals: [] };
  for (const [name, values] of expected.enums) compareEnum(plan, name, values, actual.enums.get(name));
  for (const [name, table] of expected.tables) {
    const found = actual.tables.get(name);
    const create = creatable.get(name);
    if (found) compareTable(plan, name, table, found);
    else if (create !== undefined) plan.statements.push(create);
    else plan.refusals.push(`table "${name}": missing${otherNames(actual, name)}`);
  }
  for (const name of later.tables.filter((table) => actual.tables.has(table))) {
    plan.refusals.push(`table "${name}": exists, and a later migration creates one of this name; rename yours`);
  }
  for (const name of later.enums.filter((type) => actual.enums.has(type))) {
    plan.refusals.push(`type "${name}": exists, and a later migration creates one of this name; rename yours`);
  }
  for (const [table, column] of later.columns) {
    if (!actual.tables.get(table)?.columns.has(column)) continue;
    plan.refusals.push(
      `column "${table}"."${column}": exists, and a later migration adds one of this name; rename yours`,
    );
  }
  for (const [name, index] of expected.indexes) {
    const table = actual.tables.get(index.table);
    if (!table || (index.unique && table.uniques.has(index.columns)) || actual.indexes.has(name)) continue;
    plan.statements.push(index.sql);
  }
  return plan;
}

function compareEnum(
  plan: Adoption,
  name: string,
  values: readonly string[],
  found: readonly string[] | undefined,
): void {
  if (found === undefined) {
    plan.statements.push(`CREATE TYPE "${name}" AS ENUM (${values.map((value) => `'${value}'`).join(', ')})`);
    return;
  }
  for (const value of values.filter((value) => !found.includes(value))) {
    plan.statements.push(`ALTER TYPE "${name}" ADD VALUE '${value}'`);
  }
  const unknown = found.filter((value) => !values.includes(value));
  if (unknown.length > 0) {
    plan.refusals.push(`type "${name}": has the unknown values ${unknown.join(', ')}; change the rows that use them`);
  }
}

function compareTable(plan: Adoption, name: string, expected: TableSnapshot, found: TableSnapshot): void {
  if (found.primaryKey !== expected.primaryKey) {
    plan.refusals.push(
      `table "${name}": primary key (${found.primaryKey || 'none'}) instead of (${expected.primaryKey})`,
    );
  }
  for (const [column, wanted] of expected.columns) {
    const has = found.columns.get(column);
    if (has) compareColumn(plan, `"${name}"."${column}"`, wanted, has);
    else addColumn(plan, name, column, wanted);
  }
  for (const [column, has] of found.columns) {
    if (expected.columns.has(column) || !has.notNull || has.defaultSql !== null || has.isGenerated) continue;
    plan.refusals.push(
      `column "${name}"."${column}": NOT NULL without a default, so rows of this program could not be written; ` +
        `ALTER TABLE "${name}" ALTER COLUMN "${column}" DROP NOT NULL`,
    );
  }
}

function addColumn(plan: Adoption, table: string, column: string, wanted: ColumnSnapshot): void {
  if (wanted.notNull && wanted.defaultSql === null) {
    plan.refusals.push(`column "${table}"."${column}": missing (${wanted.type} NOT NULL); add and fill it`);
    return;
  }
  const rest = `${wanted.notNull ? ' NOT NULL' : ''}${wanted.defaultSql === null ? '' : ` DEFAULT ${wanted.defaultSql}`}`;
  plan.statements.push(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${quoteType(wanted.type)}${rest}`);
}

function compareColumn(plan: Adoption, place: string, wanted: ColumnSnapshot, has: ColumnSnapshot): void {
  const [table, column] = place.split('.');
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${column}`;
  if (familyOf(has.type) !== familyOf(wanted.type)) {
    const using =
      familyOf(wanted.type) === 'timestamp'
        ? ` USING ${column} AT TIME ZONE 'UTC'`
        : ` USING ${column}::${quoteType(wanted.type)}`;
    plan.refusals.push(
      `column ${place}: ${has.type} instead of ${wanted.type}; ${alter} TYPE ${quoteType(wanted.type)}${using}`,
    );
    return;
  }
  if (wanted.notNull && !has.notNull) {
    plan.refusals.push(`column ${place}: may be NULL and must not; fill it, then ${alter} SET NOT NULL`);
  }
  if (!wanted.notNull && has.notNull && has.defaultSql === null) {
    plan.refusals.push(`column ${place}: NOT NULL, and this program leaves it out; ${alter} DROP NOT NULL`);
  }
  if (wanted.defaultSql !== null && has.defaultSql === null) {
    plan.statements.push(`${alter} SET DEFAULT ${wanted.defaultSql}`);
  }
}

/** Types that behave alike for us: lengths and fractions of a second do not matter. */
function familyOf(type: string): string {
  if (/^(text|character varying|character|citext)\b/.test(type)) return 'text';
  return type.startsWith('timestamp') && type.endsWith('without time zone') ? 'timestamp' : type;
}

/** Enums have capitals in their names, built-in types do not. */
function quoteType(type: string): string {
  return /[A-Z]/.test(type) ? `"${type}"` : type;
}

function otherNames(actual: SchemaSnapshot, name: string): string {
  const wanted = name.toLowerCase();
  const similar = [...actual.tables.keys()].filter((table) => {
    const plain = table.toLowerCase().replaceAll('_', '');
    return plain === wanted || plain === `${wanted}s` || plain === `app${wanted}` || plain === `${wanted}account`;
  });
  return similar.length > 0 ? `; "${similar.join('", "')}" may be it: docs/rollout.md has the SQL that maps it` : '';
}
