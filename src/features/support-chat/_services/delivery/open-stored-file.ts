import type { Readable } from 'node:stream';
import type { DeliverableFile } from '#entities/support-chat/_domain/types.ts';
import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { isStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { ByteRange, FileStorage } from '#shared/lib/file-storage/types.ts';

type StoredFile = Pick<DeliverableFile, 'storagePath' | 'storageDriver'>;

/**
 * The storage that a row says its file is in. Rows and legacy JSON of older programs may say anything, which is no
 * reason for a 500: what no storage can hold is not there, and a storage without settings is one that is down.
 * @throws StorageObjectMissingError, StorageUnavailableError
 */
export async function storageOfFile(storages: StorageRegistry, file: StoredFile): Promise<FileStorage> {
  if (!isStoragePath(file.storagePath)) throw new StorageObjectMissingError('not a storage path');
  try {
    return await storages.for(file.storageDriver);
  } catch (cause) {
    throw new StorageUnavailableError('the storage that a row names cannot be opened', { cause });
  }
}

/** Opens the bytes of a file, or a range of them. @throws as `storageOfFile` and `FileStorage.open` */
export async function openStoredFile(
  storages: StorageRegistry,
  file: StoredFile,
  range: ByteRange | undefined,
  signal: AbortSignal,
): Promise<Readable> {
  const storage = await storageOfFile(storages, file);
  return storage.open(file.storagePath, range ? { range, signal } : { signal });
}
