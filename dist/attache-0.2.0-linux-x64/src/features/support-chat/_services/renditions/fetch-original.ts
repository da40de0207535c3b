import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { limitBytes, TooManyBytesError } from '#shared/http/limited-bytes.ts';
import { StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';

/**
 * Copies a stored file to a local one, because the programs that read films and pages want to seek in a file.
 * @throws StorageObjectMissingError, StorageUnavailableError (also when the object has another size than its row), an
 * AbortError when the signal fired
 */
export async function fetchOriginal(
  storages: StorageRegistry,
  file: { storagePath: string; storageDriver: string | null; sizeBytes: number },
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const storage = await storages.for(file.storageDriver);
  const source = await storage.open(file.storagePath, { signal });
  const copy = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(source, (bytes: AsyncIterable<Uint8Array>) => limitBytes(bytes, file.sizeBytes), copy, { signal });
  } catch (error) {
    if (error instanceof TooManyBytesError) throw new StorageUnavailableError('the object is larger than its row says');
    throw error;
  }
  if (copy.bytesWritten !== file.sizeBytes) {
    throw new StorageUnavailableError('the object is smaller than its row says');
  }
}
