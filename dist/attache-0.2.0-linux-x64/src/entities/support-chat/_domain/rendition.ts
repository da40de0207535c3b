import type { JsonValue } from './json-value.ts';

/** A job that this worker holds, with what it needs of its attachment. */
export interface ClaimedRenditionJob {
  attachmentId: string;
  /** Claims so far, this one included: one that ends the process is counted too. */
  attempts: number;
  status: string;
  storagePath: string;
  storageDriver: string | null;
  mimeType: string;
  sizeBytes: number;
  createdByUserId: string;
}

/** Where a message is that has to be shown anew. */
export interface RenditionSubject {
  dialogId: string;
  messageId: string | null;
}

export interface NewRendition {
  variant: 'thumbnail' | 'preview';
  storagePath: string;
  storageDriver: string;
  mimeType: string;
  sizeBytes: number;
  /** SHA-256 of the bytes, hex, without quotes. */
  etag: string;
  width: number;
  height: number;
}

/** What was found out about the original; null leaves the row as it is. */
export interface RenditionFacts {
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  durationMs: number | null;
  pageCount: number | null;
  waveform: JsonValue | null;
}

/** How a job ended for good: `unsupported` where this installation has no means for the type. */
export type FinalPreviewState = 'ready' | 'failed' | 'unsupported';

const PAUSES_SECONDS = [10, 60, 300, 1800] as const;

/** Seconds before the next attempt; null when there is none. */
export function pauseAfterAttempt(attempts: number): number | null {
  return PAUSES_SECONDS[attempts - 1] ?? null;
}
