import { ChatError } from '#shared/errors/chat-error.ts';
import type { AttachmentInput, InlineAttachmentInput } from '../_api/inputs.ts';

/** CONTRACT.md 4: what comes inside the JSON of a call, all files of it together. */
export const MAX_INLINE_BYTES = 1024 * 1024;

export interface InlineFile {
  filename: string;
  claimedType: string;
  bytes: Uint8Array;
}

/** The files of a message in their order: staged before, or still to be staged. */
export type PlannedAttachment = { attachmentId: string } | { inline: InlineFile };

/**
 * Checks a list of attachments before anything is stored.
 * @throws ChatError BAD_REQUEST (too many, one twice, base64 or size that is not true), PAYLOAD_TOO_LARGE (inline)
 */
export function planAttachments(inputs: readonly AttachmentInput[], maxPerMessage: number): PlannedAttachment[] {
  if (inputs.length > maxPerMessage) {
    throw new ChatError('BAD_REQUEST', `attachments: at most ${maxPerMessage} files in a message`);
  }
  const ids = inputs.flatMap((input) => ('attachmentId' in input ? [input.attachmentId] : []));
  if (new Set(ids).size < ids.length) throw new ChatError('BAD_REQUEST', 'attachments: one is listed twice');
  requireSmall(inputs.filter((input) => 'base64' in input));
  return inputs.map((input) => ('attachmentId' in input ? input : { inline: decodeInline(input) }));
}

/** Judged by the length of the text, so that nothing too large is decoded. */
function requireSmall(inputs: readonly InlineAttachmentInput[]): void {
  const bytes = inputs.reduce((sum, { base64 }) => sum + Buffer.byteLength(base64, 'base64'), 0);
  if (bytes > MAX_INLINE_BYTES) {
    throw new ChatError(
      'PAYLOAD_TOO_LARGE',
      `attachments: at most ${MAX_INLINE_BYTES} bytes inside a call; stage them`,
    );
  }
}

/** Node skips what is not base64; only text that comes out again as it went in is taken. */
function decodeInline(input: InlineAttachmentInput): InlineFile {
  const bytes = Buffer.from(input.base64, 'base64');
  if (bytes.toString('base64') !== input.base64) throw new ChatError('BAD_REQUEST', 'attachments: not base64');
  if (bytes.length !== input.sizeBytes) {
    throw new ChatError('BAD_REQUEST', 'attachments: sizeBytes is not the length of the file');
  }
  return { filename: input.filename, claimedType: input.mimeType, bytes };
}
