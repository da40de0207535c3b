import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import type { DeleteManyResult } from '../types.ts';

const PARALLEL_DELETES = 16;

/** `deleteMany` for storages that delete one by one. `remove` throws errors of the contract. */
export async function deleteEach(
  paths: readonly string[],
  remove: (path: string) => Promise<void>,
): Promise<DeleteManyResult> {
  const result: DeleteManyResult = { deleted: [], failed: [] };
  await mapWithLimit(paths, PARALLEL_DELETES, async (path) => {
    try {
      await remove(path);
      result.deleted.push(path);
    } catch (error) {
      result.failed.push({ path, error: error instanceof Error ? error : new Error(String(error)) });
    }
  });
  return result;
}
