import type { AttachmentKind, StagedAttachmentDto } from '../../_api/types.ts';

/** Why a file did not arrive: the server's codes (docs/api.md), and two that only the browser knows. */
export type UploadProblem = (typeof uploadCodes)[number] | 'NETWORK' | 'UNKNOWN';

export const uploadCodes = [
  'ATTACHMENT_TOO_LARGE',
  'ATTACHMENT_TYPE_NOT_ALLOWED',
  'INVALID_UPLOAD',
  'UNAUTHORIZED',
  'ORIGIN_NOT_ALLOWED',
  'NOT_FOUND',
  'RATE_LIMITED',
  'STORAGE_UNAVAILABLE',
] as const;

/**
 * `held` has not left this device: pictures stay until their message is sent, so that redacting a part, or thinking
 * better of it, comes in time. Then `queued`, `uploading`, `staged`; `waiting` pauses before an automatic retry,
 * `failed` waits for the person.
 */
export type UploadStatus = 'held' | 'queued' | 'uploading' | 'waiting' | 'staged' | 'failed';

/** What survives a reload (IndexedDB). */
export interface StoredUploadFields {
  id: string;
  /** null: the caller's draft conversation, for a conversation that does not exist yet. */
  dialogId: string | null;
  name: string;
  /** As the browser guesses it; the server settles it by the bytes. */
  mimeType: string;
  file: Blob;
  width: number | null;
  height: number | null;
  attachment: StagedAttachmentDto | null;
  /** Address of the unfinished tus upload. */
  resumeUrl: string | null;
}

export interface Upload extends StoredUploadFields {
  sizeBytes: number;
  kind: AttachmentKind;
  /** Object URL of the local file, for images and video. */
  localUrl: string | null;
  /** The photo contains its location; the server removes it. */
  carriesPlace: boolean;
  status: UploadStatus;
  sentBytes: number;
  /** What the server keeps of a resumable upload, whatever becomes of the connection. */
  storedBytes: number;
  bytesPerSecond: number | null;
  problem: UploadProblem | null;
  /** Automatic retries since a person last asked for one, or since one brought the file further. */
  tries: number;
  /** Milliseconds since the epoch; set while `waiting`. */
  retryAt: number | null;
}

export const maxParallelUploads = 3;
export const maxAutomaticTries = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

const transient: ReadonlySet<UploadProblem> = new Set(['NETWORK', 'RATE_LIMITED', 'STORAGE_UNAVAILABLE']);
/** Another try of the same file ends the same way. */
const final: ReadonlySet<UploadProblem> = new Set(['ATTACHMENT_TOO_LARGE', 'ATTACHMENT_TYPE_NOT_ALLOWED', 'NOT_FOUND']);
/** Over once the server can be reached, stores again, or knows the person again. */
const heldUp: ReadonlySet<UploadProblem> = new Set(['NETWORK', 'STORAGE_UNAVAILABLE', 'UNAUTHORIZED']);

export function canRetry({ status, problem }: Upload): boolean {
  return (status === 'failed' || status === 'waiting') && !(problem && final.has(problem));
}

export function isHeldUp({ problem }: Upload): boolean {
  return problem !== null && heldUp.has(problem);
}

/** Queues a file that failed or pauses, with all its automatic retries again; any other stays as it is. */
export function retryUpload(upload: Upload): Upload {
  if (upload.status !== 'failed' && upload.status !== 'waiting') return upload;
  return { ...upload, status: 'queued', problem: null, retryAt: null, tries: 0 };
}

export interface UploadFailureReport {
  problem: UploadProblem;
  /** How long the server asked to wait, or null. */
  retryAfterMs: number | null;
}

/** `now`: milliseconds since the epoch. */
export function failUpload(upload: Upload, { problem, retryAfterMs }: UploadFailureReport, now: number): Upload {
  const stopped = { ...upload, bytesPerSecond: null, problem };
  if (!transient.has(problem) || upload.tries >= maxAutomaticTries) {
    return { ...stopped, status: 'failed', sentBytes: upload.storedBytes, retryAt: null };
  }
  const pauseMs = retryAfterMs ?? Math.min(firstPauseMs * 2 ** upload.tries, longestPauseMs);
  return { ...stopped, status: 'waiting', tries: upload.tries + 1, retryAt: now + pauseMs };
}

/** From the first byte: what the server has of it cannot become part of a message. */
export function restartUpload(upload: Upload): Upload {
  const nothingSent = { sentBytes: 0, storedBytes: 0, bytesPerSecond: null, attachment: null, resumeUrl: null };
  return { ...upload, ...nothingSent, status: 'queued', problem: null, retryAt: null, tries: 0 };
}

/** Uploads to start now, in the order they were added. */
export function findStartable(uploads: readonly Upload[], now: number): Upload[] {
  const running = uploads.filter(({ status }) => status === 'uploading').length;
  return uploads
    .filter(({ status, retryAt }) => status === 'queued' || (status === 'waiting' && (retryAt ?? 0) <= now))
    .slice(0, Math.max(0, maxParallelUploads - running));
}

export interface UploadSummary {
  total: number;
  staged: number;
  failed: number;
  waiting: number;
}

export function summariseUploads(uploads: readonly Upload[]): UploadSummary {
  const count = (status: UploadStatus) => uploads.filter((upload) => upload.status === status).length;
  return { total: uploads.length, staged: count('staged'), failed: count('failed'), waiting: count('waiting') };
}
