import { randomBytes } from 'node:crypto';
import { isStorageError } from '@supabase/storage-js';
import { throwIfAborted } from '../../_model/abort.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { STORAGE_PREFIX } from '../../storage-path.ts';
import { causeOf, requireData, trueCode } from './supabase-errors.ts';
import type { SupabaseFiles } from './supabase-files.ts';

/** Resolves when the bucket is there and private. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkSupabaseReachable(files: SupabaseFiles, signal?: AbortSignal): Promise<void> {
  const bucket = await step(files, signal, async () =>
    requireData(await files.client({ signal }).getBucket(files.bucket)),
  );
  if (bucket.public) {
    throw new StorageUnavailableError(
      `the bucket "${files.bucket}" (SUPABASE_PRIVATE_BUCKET) is public: anybody can read it without a key. ` +
        'Switch "Public bucket" off in its settings, or use another bucket',
    );
  }
}

/** Resolves when an object can be stored and deleted. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkSupabaseWritable(files: SupabaseFiles, signal?: AbortSignal): Promise<void> {
  const path = `${STORAGE_PREFIX}check/${randomBytes(16).toString('hex')}`;
  await step(files, signal, async () => {
    const client = files.client({ signal }).from(files.bucket);
    requireData(await client.upload(path, 'ok', { contentType: 'text/plain' }));
    requireData(await client.remove([path]));
  });
}

async function step<Result>(
  files: SupabaseFiles,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    throwIfAborted(signal);
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    throw new StorageUnavailableError(adviceFor(error, files.bucket), { cause: causeOf(error) });
  }
}

function adviceFor(error: unknown, bucket: string): string {
  const cause = causeOf(error);
  if (cause instanceof StorageUnavailableError) {
    return 'the Supabase storage does not answer in time: look after the server at SUPABASE_URL, or raise STORAGE_TIMEOUT_SECONDS';
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = isStorageError(error) ? trueCode(error) : undefined;
  if (code === undefined) return adviceForConnection(cause, message);
  if (/bucket not found/i.test(message)) {
    return (
      `the bucket "${bucket}" does not exist, or the key may not see it: create it as a private bucket, ` +
      'correct SUPABASE_PRIVATE_BUCKET, or use the service role key in SUPABASE_SERVICE_ROLE_KEY'
    );
  }
  if (/jwt|jws|signature|unauthorized|api key|row-level security/i.test(message) || code === '401' || code === '403') {
    return 'the storage refuses the key: set SUPABASE_SERVICE_ROLE_KEY to the service role (secret) key of the project';
  }
  if (/mime type/i.test(message)) return `the bucket "${bucket}" allows only some media types: remove that restriction`;
  if (code === '404') {
    return 'there is no Supabase storage at SUPABASE_URL: set it to the address of the project, without a path';
  }
  return `the Supabase storage cannot be used: ${message} (${code})`;
}

function adviceForConnection(cause: unknown, message: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') {
    return 'nothing answers at SUPABASE_URL: start the storage, or correct its address';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host of SUPABASE_URL is unknown: correct it';
  return `the Supabase storage cannot be used: ${message}`;
}
