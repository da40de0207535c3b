import { DeleteObjectCommand, DeleteObjectsCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { mapWithLimit } from '../../_model/map-with-limit.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { assertStoragePath } from '../../storage-path.ts';
import type { DeleteManyResult } from '../../types.ts';
import type { S3Connection } from './s3-connection.ts';
import { isMissing, isRefusal, toUnavailable } from './s3-errors.ts';

/** The most that DeleteObjects takes. */
const BATCH_PATHS = 1000;
const PARALLEL_BATCHES = 4;
const PARALLEL_DELETES = 16;

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
    const { Errors = [] } = await connection.errands.send(
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
    if (!isRefusal(error) && !isNotImplemented(error)) return failAll(batch, error);
    return deleteOneByOne(connection, batch);
  }
}

/**
 * For servers without DeleteObjects, and for Ceph, which asks for the right to it on the bucket where AWS asks for it on
 * the objects. The first answer tells whether the rest is worth asking.
 */
async function deleteOneByOne(connection: S3Connection, batch: readonly string[]): Promise<DeleteManyResult> {
  const [first, ...rest] = batch;
  if (first === undefined) return { deleted: [], failed: [] };
  try {
    await deleteOne(connection, first);
  } catch (error) {
    return failAll(batch, error);
  }
  const result: DeleteManyResult = { deleted: [first], failed: [] };
  await mapWithLimit(rest, PARALLEL_DELETES, async (path) => {
    try {
      await deleteOne(connection, path);
      result.deleted.push(path);
    } catch (error) {
      result.failed.push({ path, error: toUnavailable(error) });
    }
  });
  return result;
}

/** Missing is fine. @throws the SDK's error */
export async function deleteOne(connection: S3Connection, path: string): Promise<void> {
  try {
    await connection.withDeadline((abortSignal) =>
      connection.errands.send(new DeleteObjectCommand({ Bucket: connection.bucket, Key: path }), { abortSignal }),
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function failAll(batch: readonly string[], error: unknown): DeleteManyResult {
  const failure = toUnavailable(error);
  return { deleted: [], failed: batch.map((path) => ({ path, error: failure })) };
}

function isNotImplemented(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 501;
}
