import { createHash } from 'node:crypto';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Whether a row's tag is the SHA-256 of its bytes; backfilled rows may have one made of id and size instead. */
export function isChecksum(etag: string | null): etag is string {
  return etag !== null && SHA256_HEX.test(etag);
}

/** Reads the whole object once. @throws StorageObjectMissingError, StorageUnavailableError */
export async function checksumOf(storage: FileStorage, path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await storage.open(path, signal ? { signal } : {})) hash.update(chunk);
  return hash.digest('hex');
}
