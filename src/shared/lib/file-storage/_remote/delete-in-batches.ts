import { mapWithLimit } from '#shared/lib/map-with-limit/map-with-limit.ts';
import { isStoragePath } from '../storage-path.ts';
import type { DeleteManyResult } from '../types.ts';

/** The most that DeleteObjects of S3 and `remove` of Supabase take. */
const BATCH_PATHS = 1000;
const PARALLEL_BATCHES = 4;

/** `deleteMany` of a driver whose server takes batches; one that fails does not keep the others. */
export async function deleteInBatches(
  paths: readonly string[],
  deleteBatch: (batch: string[]) => Promise<DeleteManyResult>,
): Promise<DeleteManyResult> {
  const [valid, invalid] = [new Set<string>(), new Set<string>()];
  for (const path of paths) (isStoragePath(path) ? valid : invalid).add(path);
  const batches: string[][] = [];
  const all = [...valid];
  for (let at = 0; at < all.length; at += BATCH_PATHS) batches.push(all.slice(at, at + BATCH_PATHS));
  const results = await mapWithLimit(batches, PARALLEL_BATCHES, deleteBatch);
  return {
    deleted: results.flatMap(({ deleted }) => deleted),
    failed: [
      ...[...invalid].map((path) => ({ path, error: new TypeError('not a storage path') })),
      ...results.flatMap(({ failed }) => failed),
    ],
  };
}

/** Of a batch that the server refused or lost as a whole. */
export function failedBatch(batch: readonly string[], error: Error): DeleteManyResult {
  return { deleted: [], failed: batch.map((path) => ({ path, error })) };
}
