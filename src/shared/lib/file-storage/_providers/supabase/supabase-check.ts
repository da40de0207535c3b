import { randomBytes } from 'node:crypto';
import { isStorageError } from '@supabase/storage-js';
import { throwIfAborted } from '../../_driver/abort.ts';
import { connectionAdvice } from '../../_remote/connection-advice.ts';
import { StorageUnavailableError } from '../../storage-errors.ts';
import { STORAGE_PREFIX } from '../../storage-path.ts';
import { requireData, type SupabaseClient } from './supabase-client.ts';
import { causeOf, toUnavailable, trueCode } from './supabase-errors.ts';

/** Resolves when the bucket is there and private. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkSupabaseReachable(client: SupabaseClient, signal?: AbortSignal): Promise<void> {
  const bucket = await step(client, signal, () => client.describeBucket(signal));
  if (bucket.public) {
    throw new StorageUnavailableError(
      `the bucket "${client.bucket}" (SUPABASE_PRIVATE_BUCKET) is public: anybody can read it without a key. ` +
        'Switch "Public bucket" off in its settings, or use another bucket',
      { reason: 'refused' },
    );
  }
}

/** Resolves when an object can be stored and deleted. @throws StorageUnavailableError that says what to fix, AbortError */
export async function checkSupabaseWritable(client: SupabaseClient, signal?: AbortSignal): Promise<void> {
  const path = `${STORAGE_PREFIX}check/${randomBytes(16).toString('hex')}`;
  await step(client, signal, async () => {
    requireData(await client.files().upload(path, 'ok', { contentType: 'text/plain' }));
    requireData(await client.files().remove([path]));
  });
}

async function step<Result>(
  client: SupabaseClient,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    throwIfAborted(signal);
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    const { reason } = toUnavailable(error);
    throw new StorageUnavailableError(adviceFor(error, client.bucket), { cause: causeOf(error), reason });
  }
}

function adviceFor(error: unknown, bucket: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = isStorageError(error) ? trueCode(error) : undefined;
  if (code === undefined) return connectionAdvice(causeOf(error), { storage: 'Supabase', setting: 'SUPABASE_URL' });
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
