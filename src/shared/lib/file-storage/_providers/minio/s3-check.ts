import { randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createAbortError } from '../../_driver/abort.ts';
import { connectionAdvice } from '../../_remote/connection-advice.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { STORAGE_PREFIX } from '../../storage-path.ts';
import { toUnavailable } from './s3-client.ts';

interface Target {
  client: S3Client;
  bucket: string;
  signal: AbortSignal | undefined;
}

/** Resolves when the bucket can be listed. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkS3Reachable(target: Target): Promise<void> {
  const list = new ListObjectsV2Command({ Bucket: target.bucket, MaxKeys: 1 });
  await ask(target, 's3:ListBucket', (options) => target.client.send(list, options));
}

/**
 * Resolves when an object can be stored, read and deleted, and nobody without the key can read it or the list.
 * @param anonymous signs nothing
 * @throws StorageUnavailableError that says what to fix, AbortError
 */
export async function checkS3Usable(target: Target, anonymous: S3Client): Promise<void> {
  const { client, bucket } = target;
  const object = { Bucket: bucket, Key: `${STORAGE_PREFIX}check/${randomBytes(16).toString('hex')}` };
  const list = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 });
  const remove = new DeleteObjectCommand(object);
  const read = async (reader: S3Client, options = {}) =>
    (await reader.send(new GetObjectCommand(object), options)).Body?.transformToString();
  await ask(target, 's3:PutObject', (options) => client.send(new PutObjectCommand({ ...object, Body: 'ok' }), options));
  let isPublic = false;
  try {
    await ask(target, 's3:GetObject', (options) => read(client, options));
    isPublic = (await isAllowed(read(anonymous))) || (await isAllowed(anonymous.send(list)));
  } finally {
    await ask({ ...target, signal: undefined }, 's3:DeleteObject', (options) => client.send(remove, options));
  }
  if (isPublic) {
    throw new StorageUnavailableError(
      `the bucket "${bucket}" (S3_PRIVATE_BUCKET) is public: anybody can read it without a key. ` +
        'Remove its public policy and ACL (on AWS: switch "Block public access" on), or use another bucket',
      { reason: 'refused' },
    );
  }
}

async function isAllowed(asking: Promise<unknown>): Promise<boolean> {
  return asking.then(
    () => true,
    (error: unknown) => {
      if (error instanceof S3ServiceException) return false;
      throw toUnavailable(error);
    },
  );
}

async function ask(
  { bucket, signal }: Target,
  permission: string,
  send: (options: { abortSignal?: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  try {
    await send(signal ? { abortSignal: signal } : {});
  } catch (error) {
    if (signal?.aborted) throw createAbortError(signal);
    const { reason } = toUnavailable(error);
    throw new StorageUnavailableError(adviceFor(error, bucket, permission), { cause: error, reason });
  }
}

function adviceFor(error: unknown, bucket: string, permission: string): string {
  switch (error instanceof Error ? error.name : '') {
    case 'NoSuchBucket':
    case 'NotFound':
      return `the bucket "${bucket}" does not exist: create it, or correct S3_PRIVATE_BUCKET`;
    case 'InvalidAccessKeyId':
      return 'the storage does not know the key: correct S3_ACCESS_KEY_ID';
    case 'SignatureDoesNotMatch':
      return 'the storage refuses the signature: correct S3_SECRET_ACCESS_KEY (and S3_REGION)';
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
      return `the bucket "${bucket}" is in another region or at another address: correct S3_REGION and S3_ENDPOINT`;
    case 'RequestTimeTooSkewed':
      return 'the clock of this machine differs from the storage by more than 15 minutes: set it (NTP)';
    case 'AccessDenied':
    case 'Forbidden':
    case '403':
      return `the key may not use the bucket "${bucket}": grant it ${permission} (docs/storage.md has the whole policy)`;
    case 'QuotaExceeded':
    case 'InsufficientStorage':
      return `the bucket "${bucket}" is full: raise its quota`;
    default: {
      const hostAdvice = ', or set S3_FORCE_PATH_STYLE=true if the bucket is no part of the host name';
      return connectionAdvice(error, { storage: 'S3', setting: 'S3_ENDPOINT', hostAdvice });
    }
  }
}
