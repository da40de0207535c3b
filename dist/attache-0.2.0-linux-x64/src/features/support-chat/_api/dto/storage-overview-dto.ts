import type { JobRunView } from '../../_services/jobs/job-run.ts';

/** Files and their bytes. */
export interface Amount {
  files: number;
  bytes: number;
}

/** What /admin/support-chat/storage shows. No paths, names or keys: ids are enough to find a row. Dates are ISO 8601. */
export interface StorageOverviewDto {
  byStatus: ({ status: 'UPLOADED' | 'LINKED' | 'DELETING' } & Amount)[];
  byKind: ({ kind: string } & Amount)[];
  byDriver: ({ driver: string } & Amount)[];
  renditions: Amount;
  /** Sent files by the month of their message, oldest first, the last two years. */
  byMonth: ({ month: string } & Amount)[];
  staged: Amount & { oldestAt: string | null; stale: number };
  deletions: { waiting: number; failing: FailingDeletionDto[] };
  lost: number;
  jobs: JobRunView[];
  /** False after the contract step. */
  hasLegacyColumn: boolean;
  measuredAt: string;
}

export interface FailingDeletionDto {
  attachmentId: string;
  dialogId: string;
  sizeBytes: number;
  attempts: number;
  /** Null: by the next run. */
  nextTryAt: string | null;
}
