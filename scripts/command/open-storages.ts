import type { StorageConfig } from '#shared/config/private.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { StorageDriverName } from '#shared/lib/file-storage/types.ts';

/** The configured storage, and every other one with complete settings, for rows that name it. */
export async function openStorages(config: StorageConfig): Promise<StorageRegistry> {
  const open = (driver: StorageDriverName) => createFileStorage({ ...config, driver });
  return new StorageRegistry(await open(config.driver), open);
}
