import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { DeleteManyResult } from '../file-storage.ts';
import { mapWithLimit } from '../map-with-limit.ts';
import { StorageUnavailableError } from '../storage-errors.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { S3Connection } from './s3-connection.ts';
import { toUnavailable } from './s3-errors.ts';

/** The most that DeleteObjects takes. */
const BATCH_PATHS = 1000;
const PARALLEL_BATCHES = 4;

/** Deletes in batches; a batch or a key that fails does not keep the others. */
export async function deleteManyFromS3(connection: S3Connection, paths: readonly string[]): Promise<DeleteManyResult> {
  const result: DeleteManyResult = { deleted: [], failed: [] };
  const valid: string[] = [];
  for (const path of new Set(paths)) {
    try {
      assertStoragePath(path);
      valid.push(path);
    } catch (error) {
      result.failed.push({ path, error: error instanceof Error ? error : new TypeError('not a storage path') });
    }
  }
  const batches: string[][] = [];
  for (let at = 0; at < valid.length; at += BATCH_PATHS) batches.push(valid.slice(at, at + BATCH_PATHS));
  const answers = await mapWithLimit(batches, PARALLEL_BATCHES, (batch) => deleteBatch(connection, batch));
  for (const answer of answers) {
    for (const path of answer.deleted) result.deleted.push(path);
    for (const failure of answer.failed) result.failed.push(failure);
  }
  return result;
}

async function deleteBatch(connection: S3Connection, batch: readonly string[]): Promise<DeleteManyResult> {
  try {
    const { Errors = [] } = await connection.writer.send(
      new DeleteObjectsCommand({
        Bucket: connection.bucket,
        Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: true },
      }),
    );
    const failures = new Map(Errors.filter(({ Code }) => Code !== 'NoSuchKey').map(({ Key, Code }) => [Key, Code]));
    return {
      deleted: batch.filter((path) => !failures.has(path)),
      failed: batch
        .filter((path) => failures.has(path))
        .map((path) => ({ path, error: new StorageUnavailableError(`s3 refused to delete (${failures.get(path)})`) })),
    };
  } catch (error) {
    const failure = toUnavailable(error);
    return { deleted: [], failed: batch.map((path) => ({ path, error: failure })) };
  }
}
