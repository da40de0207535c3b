import { LocalStorage } from '../_providers/local.ts';
import type { FileStorageSettings } from '../storage-settings.ts';
import type { FileStorage } from '../types.ts';

/**
 * The driver that the settings name. Nothing is contacted yet: `check()` does that.
 * @throws TypeError when the settings of the named driver are absent.
 */
export async function createFileStorage(settings: FileStorageSettings): Promise<FileStorage> {
  switch (settings.driver) {
    case 'local':
      return new LocalStorage(requireSettings(settings.local));
    case 's3': {
      // Lazily: the SDK takes longer to load than the rest of the program.
      const { S3Storage } = await import('../_providers/minio.ts');
      return new S3Storage(requireSettings(settings.s3), settings.timeoutMs);
    }
    case 'supabase': {
      const { SupabaseStorage } = await import('../_providers/supabase.ts');
      return new SupabaseStorage(requireSettings(settings.supabase), settings.timeoutMs);
    }
  }
}

function requireSettings<Settings>(settings: Settings | null | undefined): Settings {
  if (!settings) throw new TypeError('the settings of the storage driver are missing');
  return settings;
}
