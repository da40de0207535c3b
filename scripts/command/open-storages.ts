import type { StorageConfig } from '#shared/config/config.ts';
import { createFileStorage } from '#shared/file-storage/create-file-storage.ts';
import type { StorageDriverName } from '#shared/file-storage/file-storage.ts';
import { StorageRegistry } from '#shared/file-storage/storage-registry.ts';

/** The configured storage, and the others whose settings are there, for rows that name them. */
export async function openStorages(config: StorageConfig): Promise<StorageRegistry> {
  const open = (driver: StorageDriverName) => createFileStorage({ ...config, driver });
  return new StorageRegistry(await open(config.driver), open);
}
