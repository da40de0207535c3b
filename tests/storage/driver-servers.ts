import type { S3StorageSettings, SupabaseStorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import { type Gateway, openGateway } from './ceph-gateway.ts';
import { openSupabaseServer, type SupabaseServer } from './supabase-server.ts';

export type DriverName = 'local' | 's3' | 'supabase';

/** A storage server that a test can freeze, stop and start. */
export interface DriverServer {
  /** The settings that make the product use it. */
  env: Record<string, string>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  release(): Promise<void>;
}

/** The environment of an S3 configuration. */
export function s3Env(settings: S3StorageSettings): Record<string, string> {
  return {
    STORAGE_DRIVER: 's3',
    S3_ENDPOINT: settings.endpoint ?? '',
    S3_REGION: settings.region,
    S3_ACCESS_KEY_ID: settings.accessKeyId,
    S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
    S3_FORCE_PATH_STYLE: String(settings.forcePathStyle),
    S3_PRIVATE_BUCKET: settings.bucket,
  };
}

function supabaseEnv(settings: SupabaseStorageSettings): Record<string, string> {
  return {
    STORAGE_DRIVER: 'supabase',
    SUPABASE_URL: settings.url,
    SUPABASE_SERVICE_ROLE_KEY: settings.serviceRoleKey,
    SUPABASE_PRIVATE_BUCKET: settings.bucket,
  };
}

/** Ceph's gateway with a fresh bucket. */
export async function openS3(): Promise<DriverServer> {
  const gateway: Gateway = await openGateway();
  const env = s3Env(await gateway.createBucket());
  const { freeze, thaw, stop, start, release } = gateway;
  return { env, freeze, thaw, stop, start, release };
}

/** The Supabase protocol server. */
export async function openSupabase(): Promise<DriverServer> {
  const server: SupabaseServer = await openSupabaseServer();
  const { settings, freeze, stop, start, release } = server;
  return { env: supabaseEnv(settings), freeze, thaw: async () => server.thaw(), stop, start, release };
}
