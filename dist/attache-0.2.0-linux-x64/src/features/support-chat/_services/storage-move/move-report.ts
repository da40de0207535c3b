import type { StorageDriverName } from '#shared/lib/file-storage/types.ts';

export interface MoveReport {
  dryRun: boolean;
  /** In the source, at the time of the walk. */
  objects: number;
  bytes: number;
  /** In a dry run: what a run would copy. */
  copied: number;
  /** In the target already, or being deleted. */
  skipped: number;
  failed: number;
  deletedFromSource: number;
  durationMs: number;
  /** Objects outside our prefix that no row names. Entries of older messages need the backfill first. */
  leftAlone: number;
  /** Rows that still name the source: 0 when the house is moved. */
  rowsLeft: number;
  reportFile: string | null;
}

export interface MoveRequest {
  from: StorageDriverName;
  to: StorageDriverName;
  dryRun: boolean;
  /** Deletes from the source what a row says is in the target, after everything was copied. */
  deleteSource: boolean;
  /** Ends after the objects in hand. */
  signal?: AbortSignal | undefined;
  onProgress?: ((bytes: number, totalBytes: number) => void) | undefined;
}

export interface MoveFinding {
  kind: 'failed' | 'left-alone';
  path: string;
  id: string | null;
  detail: string;
}

export function emptyMoveReport(dryRun: boolean): MoveReport {
  return {
    dryRun,
    objects: 0,
    bytes: 0,
    copied: 0,
    skipped: 0,
    failed: 0,
    deletedFromSource: 0,
    durationMs: 0,
    leftAlone: 0,
    rowsLeft: 0,
    reportFile: null,
  };
}
