import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type RemoteBody, RemoteReader } from '../../_model/remote-reader.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import type { ByteRange, OpenOptions } from '../../types.ts';
import type { S3Connection } from './s3-connection.ts';
import { toStorageError, toUnavailable } from './s3-errors.ts';

interface S3Answer extends RemoteBody {
  /** Null for an empty object. */
  range: ByteRange | null;
  etag: string | undefined;
}

/**
 * One GetObject, no HeadObject. The time to the first byte counts as a whole: connection, headers and a first byte
 * have to come within the storage's time.
 * @throws StorageObjectMissingError, StorageUnavailableError, AbortError
 */
export async function openFromS3(connection: S3Connection, path: string, options: OpenOptions): Promise<Readable> {
  const startedAt = performance.now();
  const first = await requestBytes(connection, path, options.range, undefined, options.signal);
  const reader = new RemoteReader(first, {
    range: first.range,
    timeoutMs: connection.timeoutMs,
    reopen: (rest) => requestBytes(connection, path, rest, first.etag, options.signal),
    toStorageError: toUnavailable,
  });
  return reader.waitForFirstByte(connection.timeoutMs - (performance.now() - startedAt), options.signal);
}

async function requestBytes(
  connection: S3Connection,
  path: string,
  range: ByteRange | undefined,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<S3Answer> {
  try {
    const { output, cancel } = await connection.withDeadline(
      () =>
        connection.reader.send(
          new GetObjectCommand({
            Bucket: connection.bucket,
            Key: path,
            Range: range && `bytes=${range.start}-${range.end}`,
            IfMatch: etag,
          }),
        ),
      signal,
    );
    return readAnswer(output, range, cancel);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw toStorageError(error);
  }
}

function readAnswer(output: GetObjectCommandOutput, range: ByteRange | undefined, cancel: () => void): S3Answer {
  const body = output.Body;
  if (!(body instanceof Readable)) throw new StorageUnavailableError('the storage sent no stream');
  const sent = sentRange(output, range);
  if (sent === undefined || (range && (sent?.start !== range.start || sent.end !== range.end))) {
    body.on('error', () => {});
    cancel();
    throw new StorageUnavailableError('the storage sent another range than was asked for');
  }
  return { body, cancel, range: sent, etag: output.ETag };
}

/** Null for no bytes at all, undefined when the answer does not say which bytes it has. */
function sentRange(output: GetObjectCommandOutput, range: ByteRange | undefined): ByteRange | null | undefined {
  if (range) {
    const match = /^bytes (\d+)-(\d+)\//.exec(output.ContentRange ?? '');
    return match ? { start: Number(match[1]), end: Number(match[2]) } : undefined;
  }
  if (output.ContentLength === undefined) return undefined;
  return output.ContentLength === 0 ? null : { start: 0, end: output.ContentLength - 1 };
}
