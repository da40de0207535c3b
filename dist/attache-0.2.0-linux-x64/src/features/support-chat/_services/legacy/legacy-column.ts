import type { Pool } from 'pg';

/** Readers and writers of the chat wait behind this lock; rather than make them wait, it is tried again. */
const LOCK_TIMEOUT_MS = 500;
const ATTEMPTS = 60;
const LOCK_NOT_AVAILABLE = '55P03';

/** False once the contract step (`db:drop-legacy-attachments`) has dropped `ChatMessage.attachments`. */
export async function hasLegacyColumn(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT 1 FROM pg_attribute
      WHERE attrelid = '"ChatMessage"'::regclass AND attname = 'attachments' AND NOT attisdropped`,
  );
  return rowCount === 1;
}

/**
 * Drops the column beside running instances. Their statements still say `m.attachments`; PostgreSQL takes that for a
 * call of a function of that name on the row where there is no such column, so a function that says null takes its
 * place, and not one of them fails.
 * See https://www.postgresql.org/docs/current/sql-expressions.html#FIELD-SELECTION and rowtypes, 8.16.5.
 */
export function dropLegacyColumn(pool: Pool): Promise<void> {
  return changeTable(pool, [
    `CREATE OR REPLACE FUNCTION "attachments"("ChatMessage") RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT NULL::jsonb'`,
    `ALTER TABLE "ChatMessage" DROP COLUMN IF EXISTS "attachments"`,
  ]);
}

/** The way back: the column again, empty. The backfill's `--to-legacy` fills it from the rows. */
export function restoreLegacyColumn(pool: Pool): Promise<void> {
  return changeTable(pool, [
    `ALTER TABLE "ChatMessage" ADD COLUMN IF NOT EXISTS "attachments" jsonb`,
    `DROP FUNCTION IF EXISTS "attachments"("ChatMessage")`,
  ]);
}

/** One transaction, which gives up soon when the table is busy: a waiting ALTER TABLE would hold up every reader behind it. */
async function changeTable(pool: Pool, statements: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      for (const statement of statements) await client.query(statement);
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (!isLockTimeout(error) || attempt === ATTEMPTS) throw error;
    } finally {
      client.release();
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_TIMEOUT_MS));
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}
