import type { Pool } from 'pg';
import type { UploadPiece } from '#entities/support-chat/_domain/resumable-upload.ts';
import { DATABASE_NOW, type Lease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';

const BATCH = 100;

/**
 * Throws away uploads that nobody carried on in time, with their pieces. An expired upload takes no piece any more, so
 * what is listed is all there is; one being stored right now is not noted, and removed by whoever stores it.
 * @throws what a storage throws, after the others were tried
 */
export async function freeExpiredUploads(
  pool: Pool,
  storages: StorageRegistry,
  lease: Lease,
): Promise<{ removed: number; bytesFreed: number }> {
  const total = { removed: 0, bytesFreed: 0 };
  const errors: unknown[] = [];
  for (let after = ''; ; ) {
    const { rows } = await pool.query<{ id: string; parts: UploadPiece[] | null }>(
      `SELECT id, parts FROM "ResumableUpload" WHERE "expiresAt" < ${DATABASE_NOW} AND id > $1 ORDER BY id LIMIT $2`,
      [after, BATCH],
    );
    for (const { id, parts } of rows) {
      after = id;
      try {
        await lease.assertHeld();
        await deletePieces(storages, parts ?? []);
        const { rowCount } = await pool.query(
          `DELETE FROM "ResumableUpload" WHERE id = $1 AND "expiresAt" < ${DATABASE_NOW}`,
          [id],
        );
        total.removed += rowCount ?? 0;
        total.bytesFreed += (parts ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      } catch (error) {
        errors.push(error);
      }
    }
    if (rows.length < BATCH) break;
  }
  if (errors.length > 0) throw errors[0];
  return total;
}

async function deletePieces(storages: StorageRegistry, pieces: readonly UploadPiece[]): Promise<void> {
  for (const [driver, group] of Map.groupBy(pieces, (piece) => piece.storageDriver)) {
    const { failed } = await (await storages.for(driver)).deleteMany(group.map(({ storagePath }) => storagePath));
    if (failed[0]) throw failed[0].error;
  }
}
