import type { StagedAttachmentDto } from '../../_api/types.ts';
import { type Upload, type UploadProblem, uploadCodes } from './upload.ts';

export interface UploadJob extends Pick<Upload, 'file' | 'name' | 'mimeType' | 'dialogId' | 'resumeUrl'> {
  onProgress: (sentBytes: number) => void;
  /** Of a resumable upload: what the server keeps. */
  onStored: (storedBytes: number) => void;
  /** Of a resumable upload: where it can be resumed; null once that leads nowhere. */
  onAddress: (resumeUrl: string | null) => void;
  signal: AbortSignal;
}

/** Carries one file to the server. Rejects with {@link UploadFailure}, or with the signal's reason when aborted. */
export type UploadTransport = (job: UploadJob) => Promise<StagedAttachmentDto>;

export class UploadFailure extends Error {
  readonly problem: UploadProblem;
  /** How long the server asked to wait, or null. */
  readonly retryAfterMs: number | null;

  constructor(problem: UploadProblem, retryAfterMs: number | null = null) {
    super(problem);
    this.name = 'UploadFailure';
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

const problemOfStatus: Record<number, UploadProblem> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  // The server is still ending the former, broken request of this resumable upload.
  409: 'NETWORK',
  413: 'ATTACHMENT_TOO_LARGE',
  415: 'ATTACHMENT_TYPE_NOT_ALLOWED',
  423: 'NETWORK',
  429: 'RATE_LIMITED',
  502: 'STORAGE_UNAVAILABLE',
  503: 'STORAGE_UNAVAILABLE',
  504: 'STORAGE_UNAVAILABLE',
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readErrorCode(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Turns a refusal into its reason. A proxy in front may answer without our JSON, so the status speaks as well. */
export function readUploadFailure(status: number, body: string, retryAfter: string | null): UploadFailure {
  const code = readErrorCode(parseJson(body));
  const seconds = retryAfter === null ? Number.NaN : Number.parseInt(retryAfter, 10);
  return new UploadFailure(
    uploadCodes.find((known) => known === code) ?? problemOfStatus[status] ?? 'UNKNOWN',
    Number.isNaN(seconds) ? null : seconds * 1_000,
  );
}

function isStagedAttachment(value: unknown): value is StagedAttachmentDto {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'url' in value;
}

/** The attachment in an answer: `{ attachment }` of the plain upload, or the attachment itself at the end of tus. */
export function readStagedAttachment(body: string): StagedAttachmentDto | null {
  const parsed = parseJson(body);
  const candidate =
    typeof parsed === 'object' && parsed !== null && 'attachment' in parsed ? parsed.attachment : parsed;
  return isStagedAttachment(candidate) ? candidate : null;
}
