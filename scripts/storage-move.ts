import { join } from 'node:path';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { MoveStorage } from '#features/support-chat/_services/storage-move/move-storage.ts';
import { isStorageDriverName, STORAGE_DRIVER_NAMES } from './command/driver-names.ts';
import { UsageError } from './command/flags.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'storage:move',
  summary: `Copies every file to another storage while the chat runs, verified by SHA-256.
Can be interrupted and run again. Set the variables of both storages, then: move, switch STORAGE_DRIVER, move again, --delete-source.`,
  flags: {
    from: { type: 'text', oneOf: STORAGE_DRIVER_NAMES, help: 'where the files are' },
    to: { type: 'text', oneOf: STORAGE_DRIVER_NAMES, help: 'where to move them' },
    'dry-run': { type: 'boolean', help: 'change nothing, only count' },
    'delete-source': { type: 'boolean', help: 'then delete from the source what is recorded as being in the target' },
    report: { type: 'text', help: 'the report file (default DATA_DIR/reports/move-<time>.jsonl)' },
  },
  check(flags, { storage }) {
    if (!flags.from || !flags.to) throw new UsageError('--from and --to are both needed');
    if (flags.from === flags.to) throw new UsageError('--from and --to must differ');
    for (const driver of [flags.from, flags.to]) {
      if ((driver === 's3' && !storage.s3) || (driver === 'supabase' && !storage.supabase)) {
        throw new UsageError(`the settings of ${driver} are not complete; the move needs those of both storages`);
      }
    }
  },
  async run(flags, { config, pool, storages, signal, createProgress }) {
    const { from, to } = flags;
    if (!isStorageDriverName(from) || !isStorageDriverName(to)) throw new UsageError('--from and --to are both needed');
    const { supportChat } = config;
    const name = `move-${new Date().toISOString().replaceAll(':', '-')}.jsonl`;
    const file = new FindingFile(flags.report ?? join(config.dataDir, 'reports', name));
    const progress = createProgress('bytes');
    const lock = { lockNamespace: supportChat.cleanupLockNamespace, lockTtlSeconds: supportChat.cleanupLockTtlSeconds };
    try {
      const report = await new MoveStorage(pool, storages, lock, file).run({
        from,
        to,
        dryRun: flags['dry-run'],
        deleteSource: flags['delete-source'],
        signal,
        onProgress: progress.update,
      });
      if (report.skipped === 'locked') return { report, failed: false };
      return { report: { ...report, reportFile: file.path }, failed: 'failed' in report && report.failed > 0 };
    } finally {
      progress.end();
      await file.close();
    }
  },
});
