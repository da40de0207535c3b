import type { AttachmentKind, StagedAttachmentDto } from '../../_api/dto/chat-dto.ts';

/** Why a file did not arrive. Server codes (CONTRACT.md 5) and two that only the browser knows. */
export type UploadProblem =
  | 'ATTACHMENT_TOO_LARGE'
  | 'ATTACHMENT_TYPE_NOT_ALLOWED'
  | 'INVALID_UPLOAD'
  | 'UNAUTHORIZED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'STORAGE_UNAVAILABLE'
  | 'NETWORK'
  | 'UNKNOWN';

/**
 * `held` has not left this device: pictures stay until their message is sent, so that blacking out a part, or thinking
 * better of it, comes in time. Then `queued` → `uploading` → `staged`; `waiting` is a pause before the next try of its own, `failed` waits for a person.
 */
export type UploadStatus = 'held' | 'queued' | 'uploading' | 'waiting' | 'staged' | 'failed';

export interface Upload {
  id: string;
  /** null: the caller's draft dialog, for a conversation that does not exist yet. */
  dialogId: string | null;
  name: string;
  /** As the browser guesses it; the server settles it by the bytes. */
  mimeType: string;
  sizeBytes: number;
  kind: AttachmentKind;
  /** Object URL of the local file, for images and video. */
  localUrl: string | null;
  width: number | null;
  height: number | null;
  /** The photo says where it was taken; the server removes that. */
  carriesPlace: boolean;
  status: UploadStatus;
  sentBytes: number;
  /** What the server keeps of a resumable upload, whatever becomes of the connection. */
  storedBytes: number;
  bytesPerSecond: number | null;
  problem: UploadProblem | null;
  /** Automatic tries since a person last asked for one, or since one brought the file further. */
  tries: number;
  /** Milliseconds since the epoch; set while `waiting`. */
  retryAt: number | null;
  attachment: StagedAttachmentDto | null;
}

export type UploadEvent =
  | { type: 'added'; upload: Upload }
  | { type: 'described'; id: string; description: Partial<Pick<Upload, 'width' | 'height' | 'carriesPlace'>> }
  | { type: 'released'; id: string }
  | { type: 'started'; id: string }
  | { type: 'progressed'; id: string; sentBytes: number; bytesPerSecond: number | null }
  /** The server says how much it keeps. */
  | { type: 'stored'; id: string; storedBytes: number }
  | { type: 'staged'; id: string; attachment: StagedAttachmentDto }
  | { type: 'failed'; id: string; problem: UploadProblem; retryAfterMs: number | null; now: number }
  | { type: 'retried'; id: string }
  /** The server let go of the staged file (it waited too long); its bytes must travel again. */
  | { type: 'restarted'; id: string }
  /** It belongs to another conversation than it set out for; with the draft gone, it starts anew. */
  | { type: 'moved'; id: string; dialogId: string; isDraftGone: boolean }
  | { type: 'removed'; id: string };

export const maxParallelUploads = 3;
export const maxAutomaticTries = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** Troubles that pass by themselves. The rest needs another file, another sign-in or another decision. */
const passing: ReadonlySet<UploadProblem> = new Set(['NETWORK', 'RATE_LIMITED', 'STORAGE_UNAVAILABLE']);

/** Troubles another try of the same file cannot cure. */
const final: ReadonlySet<UploadProblem> = new Set(['ATTACHMENT_TOO_LARGE', 'ATTACHMENT_TYPE_NOT_ALLOWED', 'NOT_FOUND']);

export function canRetry(upload: Upload): boolean {
  return (upload.status === 'failed' || upload.status === 'waiting') && !(upload.problem && final.has(upload.problem));
}

function pauseMs(tries: number, retryAfterMs: number | null): number {
  return retryAfterMs ?? Math.min(firstPauseMs * 2 ** tries, longestPauseMs);
}

function fail(upload: Upload, event: Extract<UploadEvent, { type: 'failed' }>): Upload {
  const stopped = { ...upload, bytesPerSecond: null, problem: event.problem };
  if (!passing.has(event.problem) || upload.tries >= maxAutomaticTries) {
    return { ...stopped, status: 'failed', sentBytes: upload.storedBytes, retryAt: null };
  }
  const retryAt = event.now + pauseMs(upload.tries, event.retryAfterMs);
  return { ...stopped, status: 'waiting', tries: upload.tries + 1, retryAt };
}

function startAnew(upload: Upload): Upload {
  return {
    ...upload,
    status: 'queued',
    sentBytes: 0,
    storedBytes: 0,
    bytesPerSecond: null,
    attachment: null,
    tries: 0,
  };
}

function change(upload: Upload, event: UploadEvent): Upload {
  switch (event.type) {
    case 'described':
      return { ...upload, ...event.description };
    case 'released':
      return upload.status === 'held' ? { ...upload, status: 'queued' } : upload;
    case 'started':
      return { ...upload, status: 'uploading', problem: null, retryAt: null, bytesPerSecond: null };
    case 'progressed':
      if (upload.status !== 'uploading') return upload;
      return { ...upload, sentBytes: event.sentBytes, bytesPerSecond: event.bytesPerSecond };
    case 'stored':
      // A line that breaks every minute still carries a film, as long as each try brings it further.
      if (event.storedBytes <= upload.storedBytes) return { ...upload, storedBytes: event.storedBytes };
      return { ...upload, storedBytes: event.storedBytes, tries: 0 };
    case 'staged':
      return {
        ...upload,
        status: 'staged',
        sentBytes: upload.sizeBytes,
        bytesPerSecond: null,
        problem: null,
        attachment: event.attachment,
      };
    case 'failed':
      return upload.status === 'uploading' ? fail(upload, event) : upload;
    case 'retried':
      if (upload.status !== 'failed' && upload.status !== 'waiting') return upload;
      return { ...upload, status: 'queued', problem: null, retryAt: null, tries: 0 };
    case 'restarted':
      return upload.status === 'staged' ? startAnew(upload) : upload;
    case 'moved': {
      const moved = { ...upload, dialogId: event.dialogId };
      const isUnderWay = upload.status === 'uploading' || upload.status === 'staged';
      return event.isDraftGone && isUnderWay ? startAnew(moved) : moved;
    }
    default:
      return upload;
  }
}

/** The whole life of all uploads of a tab, as one pure step. Unknown ids are ignored: the file was removed meanwhile. */
export function reduceUploads(uploads: readonly Upload[], event: UploadEvent): readonly Upload[] {
  if (event.type === 'added') return [...uploads, event.upload];
  if (event.type === 'removed') return uploads.filter((upload) => upload.id !== event.id);
  const index = uploads.findIndex((upload) => upload.id === event.id);
  const upload = uploads[index];
  if (!upload) return uploads;
  const next = change(upload, event);
  return next === upload ? uploads : uploads.with(index, next);
}

/** Uploads to start now: in the order they were added, never more at once than the line can carry well. */
export function findStartable(uploads: readonly Upload[], now: number): Upload[] {
  const running = uploads.filter((upload) => upload.status === 'uploading').length;
  return uploads
    .filter((upload) => upload.status === 'queued' || (upload.status === 'waiting' && (upload.retryAt ?? 0) <= now))
    .slice(0, Math.max(0, maxParallelUploads - running));
}

/** Milliseconds since the epoch of the next automatic try, or null. */
export function findNextRetryAt(uploads: readonly Upload[]): number | null {
  const times = uploads.flatMap((u) => (u.status === 'waiting' && u.retryAt !== null ? [u.retryAt] : []));
  return times.length > 0 ? Math.min(...times) : null;
}

export interface UploadSummary {
  total: number;
  staged: number;
  failed: number;
  waiting: number;
  /** 0 to 1 over all bytes. */
  share: number;
}

export function summariseUploads(uploads: readonly Upload[]): UploadSummary {
  const count = (status: UploadStatus) => uploads.filter((upload) => upload.status === status).length;
  const bytes = uploads.reduce((sum, upload) => sum + upload.sizeBytes, 0);
  const sent = uploads.reduce((sum, upload) => sum + Math.min(upload.sentBytes, upload.sizeBytes), 0);
  return {
    total: uploads.length,
    staged: count('staged'),
    failed: count('failed'),
    waiting: count('waiting'),
    share: bytes === 0 ? (uploads.every((upload) => upload.status === 'staged') ? 1 : 0) : sent / bytes,
  };
}
