import { startEmbeddedCleanupTimer } from '#features/support-chat/_services/cleanup/cleanup-timer.ts';
import type { SupportChat } from '#features/support-chat/module.ts';
import type { Log } from '#shared/log/log.ts';

/** What the server does by itself where no operator has a crontab: the embedded installation cleans up every hour. */
export class Housekeeping {
  readonly #cleanup: SupportChat['cleanup'];
  readonly #settings: { staleAfterMinutes: number; log: Log };
  #timer: { stop(): Promise<void> } | null = null;

  constructor(cleanup: SupportChat['cleanup'], settings: { staleAfterMinutes: number; log: Log }) {
    this.#cleanup = cleanup;
    this.#settings = settings;
  }

  start(): void {
    const { staleAfterMinutes: olderThanMinutes, log } = this.#settings;
    this.#timer = startEmbeddedCleanupTimer(this.#cleanup, { olderThanMinutes, log });
  }

  async stop(): Promise<void> {
    await this.#timer?.stop();
  }
}
