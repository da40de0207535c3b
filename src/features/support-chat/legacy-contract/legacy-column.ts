import type { Pool } from 'pg';

/** False once the contract step (`db:drop-legacy-attachments`) has dropped `ChatMessage.attachments`. */
export async function hasLegacyColumn(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT 1 FROM pg_attribute
      WHERE attrelid = '"ChatMessage"'::regclass AND attname = 'attachments' AND NOT attisdropped`,
  );
  return rowCount === 1;
}
