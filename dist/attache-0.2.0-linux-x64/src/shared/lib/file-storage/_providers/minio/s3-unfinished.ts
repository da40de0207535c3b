import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import type { S3Connection } from './s3-connection.ts';

/** Aborts the multipart uploads of the whole bucket that began before `olderThan`. @throws the SDK's error */
export async function removeUnfinishedFromS3(
  connection: S3Connection,
  olderThan: Date,
): Promise<{ removed: number; bytesFreed: number }> {
  const result = { removed: 0, bytesFreed: 0 };
  for await (const upload of listUploads(connection)) {
    if (!upload.Key || !upload.UploadId || !upload.Initiated || upload.Initiated >= olderThan) continue;
    const target = { Bucket: connection.bucket, Key: upload.Key, UploadId: upload.UploadId };
    const bytes = await countBytes(connection, target);
    // Finished or aborted by its owner meanwhile.
    if (bytes === null || !(await abortUpload(connection, target, upload.UploadId))) continue;
    result.removed++;
    result.bytesFreed += bytes;
  }
  return result;
}

/** Aborts every upload of one object, for when the answer with its id was lost. @throws the SDK's error */
export async function abortUploadsOf(connection: S3Connection, target: { Bucket: string; Key: string }): Promise<void> {
  for await (const { Key, UploadId } of listUploads(connection, target.Key)) {
    if (Key === target.Key && UploadId) await abortUpload(connection, target, UploadId);
  }
}

/** False when there is no such upload. @throws the SDK's error */
export async function abortUpload(
  connection: S3Connection,
  target: { Bucket: string; Key: string },
  UploadId: string,
): Promise<boolean> {
  try {
    await connection.errands.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    return true;
  } catch (error) {
    if (isNoSuchUpload(error)) return false;
    throw error;
  }
}

async function* listUploads(connection: S3Connection, prefix?: string): AsyncGenerator<MultipartUpload> {
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  while (true) {
    const { output }: { output: ListMultipartUploadsCommandOutput } = await connection.withDeadline((abortSignal) =>
      connection.errands.send(
        new ListMultipartUploadsCommand({ Bucket: connection.bucket, Prefix: prefix, ...markers }),
        { abortSignal },
      ),
    );
    yield* output.Uploads ?? [];
    if (!output.IsTruncated) return;
    markers = { KeyMarker: output.NextKeyMarker, UploadIdMarker: output.NextUploadIdMarker };
  }
}

/**
 * Null when there is no such upload. By hand, for the SDK's paginator goes on for ever where a server names the next
 * part after the last page too.
 */
async function countBytes(
  connection: S3Connection,
  target: { Bucket: string; Key: string; UploadId: string },
): Promise<number | null> {
  let bytes = 0;
  let marker: string | undefined;
  try {
    do {
      const { output }: { output: ListPartsCommandOutput } = await connection.withDeadline((abortSignal) =>
        connection.errands.send(new ListPartsCommand({ ...target, PartNumberMarker: marker }), { abortSignal }),
      );
      for (const part of output.Parts ?? []) bytes += part.Size ?? 0;
      marker = output.IsTruncated ? output.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (isNoSuchUpload(error)) return null;
    throw error;
  }
  return bytes;
}

function isNoSuchUpload(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}
