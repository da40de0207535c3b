import {
  CleanupAttachments,
  DEFAULT_CLEANUP_BATCH,
  MIN_STALE_MINUTES,
} from '#features/support-chat/_services/cleanup/cleanup-attachments.ts';
import { UsageError } from './command/flags.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'cron:cleanup-support-chat-attachments',
  summary: `Removes staged attachments that were never sent, and the files of deleted messages and conversations.
Run it from cron; several machines may run it at once. A dry run reports in bytesFreed what a run would remove.`,
  flags: {
    'dry-run': { type: 'boolean', help: 'change nothing, only count' },
    'older-than-minutes': {
      type: 'number',
      min: 0,
      max: 5_256_000,
      help: 'age of a staged attachment (default SUPPORT_CHAT_ATTACHMENT_STALE_AFTER_MINUTES)',
    },
    'batch-size': { type: 'number', min: 1, max: 10_000, help: `rows at a time (default ${DEFAULT_CLEANUP_BATCH})` },
    force: { type: 'boolean', help: `allow an age below ${MIN_STALE_MINUTES} minutes` },
  },
  check(flags, config) {
    const minutes = flags['older-than-minutes'] ?? config.supportChat.staleAfterMinutes;
    if (minutes < MIN_STALE_MINUTES && !flags.force) {
      throw new UsageError(
        `an age of ${minutes} minutes would take files from open composers: use at least ${MIN_STALE_MINUTES}, or --force`,
      );
    }
  },
  async run(flags, { config, pool, storages, log, signal, createProgress }) {
    const { supportChat } = config;
    const progress = createProgress('attachments');
    const cleanup = new CleanupAttachments(
      pool,
      storages,
      { lockNamespace: supportChat.cleanupLockNamespace, lockTtlSeconds: supportChat.cleanupLockTtlSeconds },
      log,
    );
    const report = await cleanup.run({
      dryRun: flags['dry-run'],
      olderThanMinutes: flags['older-than-minutes'] ?? supportChat.staleAfterMinutes,
      batchSize: flags['batch-size'] ?? DEFAULT_CLEANUP_BATCH,
      signal,
      onProgress: progress.update,
    });
    progress.end();
    return { report, failed: 'failed' in report && report.failed > 0 };
  },
});
