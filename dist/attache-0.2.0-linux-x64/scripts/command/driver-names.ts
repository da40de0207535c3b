import type { StorageDriverName } from '#shared/lib/file-storage/types.ts';

export const STORAGE_DRIVER_NAMES: readonly StorageDriverName[] = ['local', 's3', 'supabase'];

export function isStorageDriverName(name: string | undefined): name is StorageDriverName {
  return STORAGE_DRIVER_NAMES.some((known) => known === name);
}
