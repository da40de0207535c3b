import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  paginateListParts,
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
    try {
      const bytes = await countBytes(connection, target);
      await connection.writer.send(new AbortMultipartUploadCommand(target));
      result.removed++;
      result.bytesFreed += bytes;
    } catch (error) {
      // Finished or aborted by its owner meanwhile.
      if (!(error instanceof Error) || error.name !== 'NoSuchUpload') throw error;
    }
  }
  return result;
}

async function* listUploads(connection: S3Connection): AsyncGenerator<MultipartUpload> {
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  while (true) {
    const { output }: { output: ListMultipartUploadsCommandOutput } = await connection.withDeadline(
      (client, abortSignal) =>
        client.send(new ListMultipartUploadsCommand({ Bucket: connection.bucket, ...markers }), { abortSignal }),
    );
    yield* output.Uploads ?? [];
    if (!output.IsTruncated) return;
    markers = { KeyMarker: output.NextKeyMarker, UploadIdMarker: output.NextUploadIdMarker };
  }
}

async function countBytes(
  connection: S3Connection,
  target: { Bucket: string; Key: string; UploadId: string },
): Promise<number> {
  let bytes = 0;
  for await (const page of paginateListParts({ client: connection.writer }, target)) {
    for (const part of page.Parts ?? []) bytes += part.Size ?? 0;
  }
  return bytes;
}
