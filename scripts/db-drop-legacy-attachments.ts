import { join } from 'node:path';
import { OBJECT_NAMES_INDEX } from '#entities/support-chat/_repositories/object-names.ts';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { DropLegacy } from '#features/support-chat/_services/legacy/drop-legacy.ts';
import { buildLiveIndexes } from '#shared/db/live-indexes.ts';
import { ACCEPT_MISSING_HELP, readAcceptedLosses } from './command/accepted-losses.ts';
import { runCommand } from './command/run-command.ts';

const DEFAULT_QUIET_DAYS = 7;

await runCommand({
  name: 'db:drop-legacy-attachments',
  summary: `The last step of the migration from JSON (docs/rollout.md): drops the column ChatMessage.attachments.
Refused while the settings use it, while recent messages have JSON, and while --verify finds anything.`,
  flags: {
    'dry-run': { type: 'boolean', help: 'check everything, drop nothing' },
    'quiet-days': {
      type: 'number',
      min: 0,
      max: 3650,
      help: `days without a new message with JSON (default ${DEFAULT_QUIET_DAYS})`,
    },
    'accept-invalid': { type: 'boolean', help: 'discard entries that cannot become rows' },
    'accept-missing': { type: 'text', help: ACCEPT_MISSING_HELP },
    'accept-missing-objects': { type: 'boolean', help: 'accept files without an object; their rows stay' },
    restore: {
      type: 'boolean',
      help: 'roll back: create the column again; then fill it with the backfill, --to-legacy',
    },
  },
  async run(flags, { config, databaseUrl, pool, storages, signal, createProgress }) {
    const { supportChat } = config;
    const name = `drop-legacy-${new Date().toISOString().replaceAll(':', '-')}.jsonl`;
    const file = new FindingFile(join(config.dataDir, 'reports', name));
    const progress = createProgress('messages');
    const lock = { lockNamespace: supportChat.cleanupLockNamespace, lockTtlSeconds: supportChat.cleanupLockTtlSeconds };
    const step = new DropLegacy(pool, storages, lock, file);
    if (flags.restore) {
      await step.restore();
      // It went with the column, and without it the cleanup frees nothing.
      await buildLiveIndexes(databaseUrl, [OBJECT_NAMES_INDEX], signal);
      return { report: { restored: true }, failed: false };
    }
    try {
      const report = await step.run({
        gates: supportChat,
        quietDays: flags['quiet-days'] ?? DEFAULT_QUIET_DAYS,
        acceptInvalid: flags['accept-invalid'],
        acceptMissingObjects: flags['accept-missing-objects'],
        accepted: await readAcceptedLosses(flags['accept-missing']),
        dryRun: flags['dry-run'],
        signal,
        onProgress: progress.update,
      });
      if ('skipped' in report) return { report, failed: false };
      if (report.alreadyDropped) process.stderr.write('The column ChatMessage.attachments is gone already.\n');
      for (const refusal of report.refusals) process.stderr.write(`Refused: ${refusal}\n`);
      return { report: { ...report, reportFile: file.path }, failed: report.refusals.length > 0 };
    } finally {
      progress.end();
      await file.close();
    }
  },
});
