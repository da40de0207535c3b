import { LocalStorage } from '../_providers/local.ts';
import type { FileStorageSettings } from '../storage-settings.ts';
import type { FileStorage, StorageDriverName } from '../types.ts';

/** A driver is one line here and one file in `_providers`. Loaded on demand: the SDKs take longer than the rest. */
const DRIVERS: Readonly<Record<StorageDriverName, (settings: FileStorageSettings) => Promise<FileStorage>>> = {
  local: async ({ local, timeoutMs }) => new LocalStorage(required(local), timeoutMs),
  s3: async ({ s3, timeoutMs }) => new (await import('../_providers/minio.ts')).S3Storage(required(s3), timeoutMs),
  supabase: async ({ supabase, timeoutMs }) =>
    new (await import('../_providers/supabase.ts')).SupabaseStorage(required(supabase), timeoutMs),
};

/**
 * The driver that the settings name. Nothing is contacted yet: `check()` does that.
 * @throws TypeError when the settings of the named driver are absent.
 */
export function createFileStorage(settings: FileStorageSettings): Promise<FileStorage> {
  return DRIVERS[settings.driver](settings);
}

function required<Settings>(settings: Settings | null | undefined): Settings {
  if (!settings) throw new TypeError('the settings of the storage driver are missing');
  return settings;
}
