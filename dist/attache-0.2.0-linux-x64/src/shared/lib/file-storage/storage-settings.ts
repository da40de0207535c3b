import type { StorageDriverName } from './types.ts';

export interface LocalStorageSettings {
  /** Made when it is missing. Everything below it belongs to this driver. */
  dir: string;
}

export interface S3StorageSettings {
  /** Unset: AWS, by its region. */
  endpoint?: string | undefined;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** True for MinIO, Ceph, Garage and others that serve buckets as `endpoint/bucket`. */
  forcePathStyle: boolean;
  bucket: string;
  /**
   * When the SDK adds and verifies its own checksums. `WHEN_REQUIRED` (the default) is what older servers understand:
   * they answer 411 or 501 to the chunked trailers of `WHEN_SUPPORTED`.
   */
  checksums?: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED' | undefined;
  /** Connections to the storage at once; further requests wait. Default 256. */
  maxConnections?: number | undefined;
}

export interface SupabaseStorageSettings {
  /** Address of the project, `https://….supabase.co`, without `/storage/v1`. */
  url: string;
  serviceRoleKey: string;
  bucket: string;
  /** Connections to the storage at once; further requests wait. Default 256. */
  maxConnections?: number | undefined;
}

export interface FileStorageSettings {
  driver: StorageDriverName;
  /** Required by the driver of the same name; the others may be absent. */
  local?: LocalStorageSettings | null | undefined;
  s3?: S3StorageSettings | null | undefined;
  supabase?: SupabaseStorageSettings | null | undefined;
  /**
   * Milliseconds a storage may stay silent before it counts as unavailable: to the first byte of an answer, and between
   * two pieces of it. Default 5,000.
   */
  timeoutMs?: number | undefined;
}

export const DEFAULT_TIMEOUT_MS = 5_000;
export const DEFAULT_MAX_CONNECTIONS = 256;
