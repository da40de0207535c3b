import { StorageObjectMissingError, StorageUnavailableError } from '#shared/lib/file-storage/storage-errors.ts';
import { isStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import type { DeliverableFile } from '../../_repositories/find-deliverable.ts';

/**
 * The storage that a row says its file is in. Rows and legacy JSON of older programs may say anything, which is no
 * reason for a 500: what no storage can hold is not there, and a storage without settings is one that is down.
 * @throws StorageObjectMissingError, StorageUnavailableError
 */
export async function storageOfFile(
  storages: StorageRegistry,
  { storagePath, storageDriver }: Pick<DeliverableFile, 'storagePath' | 'storageDriver'>,
): Promise<FileStorage> {
  if (!isStoragePath(storagePath)) throw new StorageObjectMissingError('not a storage path');
  try {
    return await storages.for(storageDriver);
  } catch (cause) {
    throw new StorageUnavailableError('the storage that a row names can not be opened', { cause });
  }
}
