export interface DoctorReport {
  /** Attachments; their renditions are counted apart. */
  rows: number;
  objects: number;
  rowsWithoutObject: number;
  objectsWithoutRow: number;
  sizeMismatches: number;
  checksumMismatches: number;
  repaired: number;
  durationMs: number;
  renditions: number;
  renditionsWithoutObject: number;
  /** Rows known to be lost from an earlier repair; not counted again as `rowsWithoutObject`. */
  lost: number;
  /** Objects that only a message's JSON names: the backfill has not seen them yet. */
  legacyOnly: number;
  /** Objects without row that are too young to be judged: bytes are stored before the row is written. */
  youngObjects: number;
  /** Objects outside our prefix that no row names; not ours to touch. */
  foreignObjects: number;
  /** Rows whose path lies in another user's folder. */
  foreignPrefix: number;
  /** Rows whose deletion does not get on. */
  stuckDeleting: number;
  /** Repairs that could not be done. */
  failed: number;
  reportFile: string | null;
}

export interface DoctorFinding {
  kind:
    | 'row-without-object'
    | 'rendition-without-object'
    | 'object-without-row'
    | 'size-mismatch'
    | 'checksum-mismatch'
    | 'foreign-prefix'
    | 'stuck-deleting'
    | 'repaired'
    | 'repair-failed';
  driver: string;
  /** Of the attachment or rendition; null for an object without row. */
  id: string | null;
  path: string;
  detail: string;
}

export interface DoctorRequest {
  repair: boolean;
  verifyChecksums: boolean;
  /** Objects without row younger than this are left alone. */
  olderThanMinutes: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((rows: number, total: number) => void) | undefined;
}

/** An upload stores its bytes first; an hour is far more than the row after them takes. */
export const DEFAULT_ORPHAN_AGE_MINUTES = 60;

export function emptyDoctorReport(): DoctorReport {
  return {
    rows: 0,
    objects: 0,
    rowsWithoutObject: 0,
    objectsWithoutRow: 0,
    sizeMismatches: 0,
    checksumMismatches: 0,
    repaired: 0,
    durationMs: 0,
    renditions: 0,
    renditionsWithoutObject: 0,
    lost: 0,
    legacyOnly: 0,
    youngObjects: 0,
    foreignObjects: 0,
    foreignPrefix: 0,
    stuckDeleting: 0,
    failed: 0,
    reportFile: null,
  };
}
