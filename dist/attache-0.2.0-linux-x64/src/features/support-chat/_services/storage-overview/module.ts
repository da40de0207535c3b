import { ContainerModule } from 'inversify';
import type { Pool } from 'pg';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import { CleanupAttachments } from '../cleanup/cleanup-attachments.ts';
import { RenewStaged } from '../cleanup/renew-staged.ts';
import { PredictCleanup, ViewStorage } from './view-storage.ts';

export interface OperationsOptions {
  pool: Pool;
  storages: StorageRegistry;
  log: Log;
  settings: { staleAfterMinutes: number; cleanupLockNamespace: string; cleanupLockTtlSeconds: number };
}

/** What the server needs of the operator's half: the storage page, its dry run, and the composer's renewal. */
export function operationsFeature({ pool, storages, log, settings }: OperationsOptions): ContainerModule {
  const lock = { lockNamespace: settings.cleanupLockNamespace, lockTtlSeconds: settings.cleanupLockTtlSeconds };
  return new ContainerModule(({ bind }) => {
    bind(CleanupAttachments).toConstantValue(new CleanupAttachments(pool, storages, lock, log));
    bind(RenewStaged).toConstantValue(new RenewStaged(pool));
    bind(ViewStorage).toConstantValue(new ViewStorage(pool, storages, settings));
    bind(PredictCleanup)
      .toResolvedValue((cleanup) => new PredictCleanup(cleanup, settings), [CleanupAttachments])
      .inSingletonScope();
  });
}
