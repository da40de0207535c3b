/** Why an upload was refused, in words for the person who sends it. `code` as in CONTRACT.md 5. */
export class UploadRefusedError extends Error {
  override readonly name = 'UploadRefusedError';
  readonly code: UploadRefusalCode;

  constructor(code: UploadRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type UploadRefusalCode =
  | 'ATTACHMENT_TOO_LARGE'
  | 'ATTACHMENT_TYPE_NOT_ALLOWED'
  | 'INVALID_UPLOAD'
  | 'UPLOAD_TIMEOUT'
  | 'NOT_FOUND'
  | 'RATE_LIMITED';
