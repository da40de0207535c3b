import type { FailureReason } from './rendition-outcome.ts';

/** Why a file has no renditions. The message is for debug logs only. */
export class RenditionError extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}
