import { join } from 'node:path';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { BackfillAttachments } from '#features/support-chat/_services/legacy/backfill-attachments.ts';
import { DEFAULT_BACKFILL_BATCH, isClean } from '#features/support-chat/_services/legacy/backfill-report.ts';
import { VerifyBackfill } from '#features/support-chat/_services/legacy/verify-backfill.ts';
import { WriteLegacy } from '#features/support-chat/_services/legacy/write-legacy.ts';
import { ACCEPT_MISSING_HELP, readAcceptedLosses } from './command/accepted-losses.ts';
import { UsageError } from './command/flags.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'script:backfill-support-attachments',
  summary: `Creates a row for every attachment that older messages have as JSON, while the chat runs.
Can be interrupted and run again. Invalid entries are counted and listed in the report file; they do not stop the run.`,
  flags: {
    'dry-run': { type: 'boolean', help: 'change nothing, only count' },
    'batch-size': {
      type: 'number',
      min: 1,
      max: 20_000,
      help: `messages at a time (default ${DEFAULT_BACKFILL_BATCH})`,
    },
    'max-batches': { type: 'number', min: 1, help: 'stop after so many batches with work to do' },
    verify: {
      type: 'boolean',
      help: 'compare every entry with its row and object; exit with 1 if anything is missing',
    },
    'accept-missing': { type: 'text', help: ACCEPT_MISSING_HELP },
    checksums: { type: 'boolean', help: 'read the objects: SHA-256 as entity tag of new rows, compared by --verify' },
    'to-legacy': { type: 'boolean', help: 'roll back: write the JSON of messages that only have rows' },
    report: { type: 'text', help: 'the report file (default DATA_DIR/reports/backfill-<time>.jsonl)' },
  },
  check(flags) {
    if (flags['accept-missing'] !== undefined && !flags.verify) {
      throw new UsageError('--accept-missing goes with --verify only');
    }
    if (flags.verify && flags['max-batches'] !== undefined) {
      throw new UsageError('--verify looks at everything: it does not go with --max-batches');
    }
    if (flags.verify && flags['dry-run'] && flags.checksums) {
      throw new UsageError('--verify --checksums notes checksums that rows lack: it does not go with --dry-run');
    }
    if (flags['to-legacy'] && (flags.verify || flags['dry-run'] || flags['max-batches'] !== undefined)) {
      throw new UsageError('--to-legacy goes with --batch-size only');
    }
  },
  async run(flags, { config, pool, storages, signal, createProgress }) {
    const { supportChat } = config;
    const lock = { lockNamespace: supportChat.cleanupLockNamespace, lockTtlSeconds: supportChat.cleanupLockTtlSeconds };
    const name = `${flags.verify ? 'verify' : 'backfill'}-${new Date().toISOString().replaceAll(':', '-')}.jsonl`;
    const accepted = await readAcceptedLosses(flags['accept-missing']);
    const file = new FindingFile(flags.report ?? join(config.dataDir, 'reports', name));
    const progress = createProgress('messages');
    const request = {
      batchSize: flags['batch-size'] ?? DEFAULT_BACKFILL_BATCH,
      checksums: flags.checksums,
      signal,
      onProgress: progress.update,
    };
    try {
      if (flags['to-legacy']) return { report: await new WriteLegacy(pool, lock).run(request), failed: false };
      if (flags.verify) {
        const report = await new VerifyBackfill(pool, storages, file, accepted).run(request);
        // Stopped half-way it has proved nothing.
        const dryRun = flags['dry-run'];
        return { report: { ...report, dryRun, reportFile: file.path }, failed: !isClean(report) || signal.aborted };
      }
      const report = await new BackfillAttachments(pool, storages, lock, file).run({
        ...request,
        dryRun: flags['dry-run'],
        maxBatches: flags['max-batches'],
      });
      return {
        report: 'skipped' in report && report.skipped === 'locked' ? report : { ...report, reportFile: file.path },
        failed: false,
      };
    } finally {
      progress.end();
      await file.close();
    }
  },
});
