import { join } from 'node:path';
import { Doctor } from '#features/support-chat/_services/doctor/doctor.ts';
import { DEFAULT_ORPHAN_AGE_MINUTES } from '#features/support-chat/_services/doctor/doctor-report.ts';
import { FindingFile } from '#features/support-chat/_services/jobs/finding-file.ts';
import { runCommand } from './command/run-command.ts';

await runCommand({
  name: 'doctor:support-chat-attachments',
  summary: `Compares rows with stored objects, in both directions. Exits with 0 whatever it finds; see the report.
--repair deletes nothing: objects without a row go to support-chat-quarantine/, rows without an object are marked lost.`,
  flags: {
    repair: { type: 'boolean', help: 'repair the findings' },
    'older-than-minutes': {
      type: 'number',
      min: 0,
      max: 5_256_000,
      help: `ignore younger objects without a row (default ${DEFAULT_ORPHAN_AGE_MINUTES})`,
    },
    'verify-checksums': { type: 'boolean', help: 'read every object and compare its SHA-256' },
    strict: { type: 'boolean', help: 'exit with 1 when findings remain' },
    report: { type: 'text', help: 'the report file (default DATA_DIR/reports/doctor-<time>.jsonl)' },
  },
  async run(flags, { config, pool, storages, signal, createProgress }) {
    const { supportChat } = config;
    const name = `doctor-${new Date().toISOString().replaceAll(':', '-')}.jsonl`;
    const file = new FindingFile(flags.report ?? join(config.dataDir, 'reports', name));
    const progress = createProgress('rows');
    const lock = { lockNamespace: supportChat.cleanupLockNamespace, lockTtlSeconds: supportChat.cleanupLockTtlSeconds };
    try {
      const report = await new Doctor(pool, storages, lock, file).run({
        repair: flags.repair,
        verifyChecksums: flags['verify-checksums'],
        olderThanMinutes: flags['older-than-minutes'] ?? DEFAULT_ORPHAN_AGE_MINUTES,
        signal,
        onProgress: progress.update,
      });
      if ('skipped' in report) return { report, failed: false };
      const found =
        report.rowsWithoutObject +
        report.renditionsWithoutObject +
        report.objectsWithoutRow +
        report.sizeMismatches +
        report.checksumMismatches;
      const failed = report.failed > 0 || (flags.strict && found > report.repaired);
      return { report: { ...report, reportFile: file.path }, failed };
    } finally {
      progress.end();
      await file.close();
    }
  },
});
