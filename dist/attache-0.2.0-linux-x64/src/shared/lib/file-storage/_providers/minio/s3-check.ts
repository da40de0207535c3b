import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createAbortError } from '../../_model/abort.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { STORAGE_PREFIX } from '../../storage-path.ts';
import type { S3Connection } from './s3-connection.ts';
import { socketCode } from './s3-errors.ts';

/** Resolves when the bucket can be listed. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkS3Reachable(connection: S3Connection, signal?: AbortSignal): Promise<void> {
  await step(connection, signal, 's3:ListBucket', (abortSignal) =>
    connection.errands.send(new ListObjectsV2Command({ Bucket: connection.bucket, MaxKeys: 1 }), { abortSignal }),
  );
}

/**
 * Resolves when an object can be stored, read and deleted, and nobody without the key can read it or the list.
 * @throws StorageUnavailableError that says what to fix, AbortError
 */
export async function checkS3Usable(connection: S3Connection, signal?: AbortSignal): Promise<void> {
  const target = { Bucket: connection.bucket, Key: `${STORAGE_PREFIX}check/${randomBytes(16).toString('hex')}` };
  await step(connection, signal, 's3:PutObject', (abortSignal) =>
    connection.errands.send(new PutObjectCommand({ ...target, Body: 'ok' }), { abortSignal }),
  );
  let isPublic = false;
  try {
    await step(connection, signal, 's3:GetObject', async (abortSignal) => {
      const { Body } = await connection.errands.send(new GetObjectCommand(target), { abortSignal });
      await Body?.transformToString();
    });
    isPublic = await isReadByAnybody(connection, target, signal);
  } finally {
    await step(connection, undefined, 's3:DeleteObject', (abortSignal) =>
      connection.errands.send(new DeleteObjectCommand(target), { abortSignal }),
    );
  }
  if (isPublic) {
    throw new StorageUnavailableError(
      `the bucket "${connection.bucket}" (S3_PRIVATE_BUCKET) is public: anybody can read it without a key. ` +
        'Remove its public policy and ACL (on AWS: switch "Block public access" on), or use another bucket',
    );
  }
}

/** Asks without a signature for the object and for the list. */
async function isReadByAnybody(
  connection: S3Connection,
  target: { Bucket: string; Key: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const object = new URL(await getSignedUrl(connection.reader, new GetObjectCommand(target)));
  const list = new URL(
    await getSignedUrl(connection.reader, new ListObjectsV2Command({ Bucket: target.Bucket, MaxKeys: 1 })),
  );
  object.search = '';
  list.search = '?list-type=2&max-keys=1';
  for (const url of [object, list]) {
    const { output: answer } = await connection.withDeadline(
      (abortSignal) => fetch(url, { signal: abortSignal, redirect: 'manual' }),
      signal,
    );
    await answer.body?.cancel();
    if (answer.ok) return true;
  }
  return false;
}

async function step(
  connection: S3Connection,
  signal: AbortSignal | undefined,
  permission: string,
  send: (abortSignal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  try {
    await connection.withDeadline(send, signal);
  } catch (error) {
    if (signal?.aborted) throw createAbortError(signal);
    throw new StorageUnavailableError(adviceFor(error, connection.bucket, permission), { cause: error });
  }
}

function adviceFor(error: unknown, bucket: string, permission: string): string {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  switch (name) {
    case 'NoSuchBucket':
    case 'NotFound':
      return `the bucket "${bucket}" does not exist: create it, or correct S3_PRIVATE_BUCKET`;
    case 'InvalidAccessKeyId':
      return 'the storage does not know the key: correct S3_ACCESS_KEY_ID';
    case 'SignatureDoesNotMatch':
      return 'the storage refuses the signature: correct S3_SECRET_ACCESS_KEY (and S3_REGION)';
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
    case 'IllegalLocationConstraintException':
      return `the bucket "${bucket}" is in another region or at another address: correct S3_REGION and S3_ENDPOINT (${message})`;
    case 'RequestTimeTooSkewed':
      return 'the clock of this machine differs from the storage by more than 15 minutes: set it (NTP)';
    case 'AccessDenied':
    case 'Forbidden':
    case '403':
      return `the key may not use the bucket "${bucket}": grant it ${permission} (docs/storage.md has the whole policy)`;
    case 'QuotaExceeded':
    case 'InsufficientStorage':
      return `the bucket "${bucket}" is full: raise its quota`;
    default:
      return adviceForConnection(error, message);
  }
}

function adviceForConnection(error: unknown, message: string): string {
  if (error instanceof StorageUnavailableError) {
    return 'the S3 storage does not answer in time: look after the server at S3_ENDPOINT, or raise STORAGE_TIMEOUT_SECONDS';
  }
  switch (socketCode(error)) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 'nothing answers at S3_ENDPOINT: start the storage, or correct its address';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host of S3_ENDPOINT is unknown: correct it, or set S3_FORCE_PATH_STYLE=true if the bucket is no part of the host name';
    default:
      return `the S3 storage cannot be used: ${message}`;
  }
}
