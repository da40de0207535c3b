import type { LegacyFinding } from './legacy-entries.ts';

export interface BackfillReport {
  dryRun: boolean;
  /** Messages with JSON that were read. */
  messages: number;
  /** Entries in them: `created + skipped + invalid`. */
  attachments: number;
  /** Rows made or linked; in a dry run, those a run would make. */
  created: number;
  skipped: number;
  invalid: number;
  missingObjects: number;
  durationMs: number;
  duplicates: number;
  /** What was odd, one JSON object a line; null when nothing was. */
  reportFile: string | null;
}

export interface VerifyReport extends BackfillReport {
  missingRows: number;
  sizeMismatches: number;
  checksumMismatches: number;
  /** Of `missingObjects`, those on the list of accepted losses. */
  acceptedMissing: number;
  /** The same of `invalid`. */
  acceptedInvalid: number;
}

export interface BackfillRequest {
  dryRun: boolean;
  batchSize: number;
  /** Ends after so many batches in which there was something to do. */
  maxBatches?: number | undefined;
  /** Reads every object and takes its SHA-256 as the tag. */
  checksums: boolean;
  /** Ends after the batch in hand. */
  signal?: AbortSignal | undefined;
  onProgress?: ((messages: number, total: number) => void) | undefined;
}

export const DEFAULT_BACKFILL_BATCH = 1_000;

export function emptyReport(dryRun: boolean): BackfillReport {
  return {
    dryRun,
    messages: 0,
    attachments: 0,
    created: 0,
    skipped: 0,
    invalid: 0,
    missingObjects: 0,
    durationMs: 0,
    duplicates: 0,
    reportFile: null,
  };
}

/** Counts what reading a page of messages found. */
export function countPage(
  report: BackfillReport,
  page: { messages: number; entries: number; findings: readonly LegacyFinding[] },
): void {
  const count = (kind: LegacyFinding['kind']) => page.findings.filter((finding) => finding.kind === kind).length;
  report.messages += page.messages;
  report.invalid += count('invalid');
  report.duplicates += count('duplicate') + count('new-id');
  report.skipped += count('duplicate');
  report.attachments += page.entries + count('invalid') + count('duplicate');
}

/** No entry is without its row and no row without its object, but for the losses accepted by name. */
export function isClean(report: VerifyReport): boolean {
  const lost = report.missingObjects - report.acceptedMissing + (report.invalid - report.acceptedInvalid);
  return report.missingRows + lost + report.sizeMismatches + report.checksumMismatches === 0;
}
