import { CleanupAttachments } from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { startEmbeddedCleanupTimer } from '#features/support-chat/_services/cleanup/cleanup-timer.ts';
import type { Config } from '#shared/config/private.ts';
import type { Infrastructure } from './infrastructure.ts';

/** What the server does by itself where no operator has a crontab: the embedded installation cleans up every hour. */
export class Housekeeping {
  readonly #config: Config;
  readonly #base: Infrastructure;
  #timer: { stop(): Promise<void> } | null = null;

  constructor(config: Config, base: Infrastructure) {
    this.#config = config;
    this.#base = base;
  }

  start(): void {
    const { pool, storages, log } = this.#base;
    const { cleanupLockNamespace, cleanupLockTtlSeconds, staleAfterMinutes } = this.#config.supportChat;
    const lock = { lockNamespace: cleanupLockNamespace, lockTtlSeconds: cleanupLockTtlSeconds };
    const cleanup = new CleanupAttachments(pool, storages, lock, log);
    this.#timer = startEmbeddedCleanupTimer(cleanup, { olderThanMinutes: staleAfterMinutes, log });
  }

  async stop(): Promise<void> {
    await this.#timer?.stop();
  }
}
