import type { Pool } from 'pg';
import type { PrismaClient } from '#generated/prisma/client.ts';
import type { Config, StorageConfig } from '#shared/config/private.ts';
import { createPgPool } from '#shared/db/pg-pool.ts';
import { createPrisma } from '#shared/db/prisma-client.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import { ObjectCache } from '#shared/lib/file-storage/object-cache.ts';
import { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { FileStorage, StorageDriverName } from '#shared/lib/file-storage/types.ts';
import type { Log } from '#shared/log/log.ts';
import { createMetrics, type Metrics } from '#shared/metrics/metrics.ts';
import { createMemoryRateLimit, createSharedRateLimit, type RateLimit } from '#shared/rate-limit/rate-limit.ts';

/** What the product stands on; knows nothing of chats. */
export interface Infrastructure {
  log: Log;
  metrics: Metrics;
  pool: Pool;
  prisma: PrismaClient;
  storages: StorageRegistry;
  cache: ObjectCache;
  downloadRateLimit: RateLimit;
  close(): Promise<void>;
}

/** @throws when the storage is not usable; the message says what to mend. Of the database `databaseUrlFor` made sure. */
export async function openInfrastructure(config: Config & { databaseUrl: string }, log: Log): Promise<Infrastructure> {
  const onIdleError = (err: Error) => log.warn({ err }, 'a database connection was lost');
  const pool = createPgPool(config.databaseUrl, { maxConnections: 20, onIdleError });
  const prisma = createPrisma(config.databaseUrl, { maxConnections: 20, onIdleError });
  const storages = new StorageRegistry(await openStorage(config.storage, config.storage.driver), (driver) =>
    openStorage(config.storage, driver),
  );
  try {
    await storages.current.check();
    const downloadRateLimit = await createDownloadRateLimit(config, pool);
    const close = async () => {
      await downloadRateLimit.close();
      await Promise.all([prisma.$disconnect(), pool.end(), storages.close()]);
    };
    const cache = new ObjectCache({
      maxBytes: config.storage.cacheBytes,
      maxObjectBytes: config.storage.cacheMaxObjectBytes,
    });
    return { log, metrics: createMetrics(), pool, prisma, storages, cache, downloadRateLimit, close };
  } catch (error) {
    await Promise.allSettled([prisma.$disconnect(), pool.end(), storages.close()]);
    throw error;
  }
}

/** The driver of that name with the settings of this installation; also for commands and for rows that moved house. */
function openStorage(storage: StorageConfig, driver: StorageDriverName): Promise<FileStorage> {
  return createFileStorage({ ...storage, driver });
}

/** With the embedded database there is one process, and its memory is the quickest counter. */
function createDownloadRateLimit(config: Config & { databaseUrl: string }, pool: Pool): Promise<RateLimit> | RateLimit {
  const settings = {
    name: 'attachment-downloads',
    max: config.supportChat.rateLimitMax,
    windowSeconds: config.supportChat.rateLimitWindowSeconds,
  };
  if (config.redisUrl !== null) return createSharedRateLimit(settings, { redisUrl: config.redisUrl });
  return config.embeddedDatabase ? createMemoryRateLimit(settings) : createSharedRateLimit(settings, { pool });
}
