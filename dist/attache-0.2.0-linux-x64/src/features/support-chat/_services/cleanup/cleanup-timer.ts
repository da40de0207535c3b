import type { Log } from '#shared/log/log.ts';
import { type CleanupAttachments, DEFAULT_CLEANUP_BATCH, MIN_STALE_MINUTES } from './cleanup-attachments.ts';

const HOUR_MS = 3_600_000;

/**
 * With the embedded database there is no operator with a crontab: the server cleans up by itself, once soon after the
 * start and then every hour, under the same lease as the command. `stop` waits for the batch in hand.
 */
export function startEmbeddedCleanupTimer(
  cleanup: CleanupAttachments,
  { olderThanMinutes, log, everyMs = HOUR_MS, firstAfterMs = 60_000 }: CleanupTimerOptions,
): { stop(): Promise<void> } {
  if (olderThanMinutes < MIN_STALE_MINUTES) {
    log.warn({ olderThanMinutes }, 'staged attachments are not cleaned up: the age is below an hour and needs --force');
    return { stop: async () => undefined };
  }
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    try {
      const { signal } = stopping;
      const result = await cleanup.run({ olderThanMinutes, batchSize: DEFAULT_CLEANUP_BATCH, dryRun: false, signal });
      log.info({ result }, 'staged attachments were cleaned up');
    } catch (error) {
      log.error({ err: error }, 'the cleanup of staged attachments failed; the next one runs in an hour');
    }
    schedule(everyMs);
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = (delayMs: number) => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
    timer.unref();
  };
  schedule(firstAfterMs);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

export interface CleanupTimerOptions {
  olderThanMinutes: number;
  log: Log;
  everyMs?: number;
  firstAfterMs?: number;
}
