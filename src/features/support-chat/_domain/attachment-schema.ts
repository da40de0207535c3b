import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { storableText } from '#shared/text/storable-text.ts';

/** Of a file name as a caller sends it; what is stored of it is shorter (`presentFileName`). */
export const MAX_FILE_NAME_LENGTH = 4096;

/** All files inside the JSON of one call, together (docs/api.md). */
export const MAX_INLINE_BYTES = 1024 * 1024;

const stagedAttachment = z.strictObject({ attachmentId: recordId });
const inlineAttachment = z.strictObject({
  filename: z.string().min(1).max(MAX_FILE_NAME_LENGTH).transform(storableText),
  mimeType: z.string().max(255).transform(storableText),
  sizeBytes: z.int().min(0),
  base64: z.string(),
});

/**
 * The files of a message as a caller names them: staged before, or inside the call. The length only bounds the work of
 * checking; `planAttachments` knows the setting `…_ATTACHMENTS_PER_MESSAGE`.
 */
export const attachmentsSchema = z.array(z.union([stagedAttachment, inlineAttachment])).max(100);

export type AttachmentInput = z.output<typeof attachmentsSchema>[number];

export interface InlineFile {
  filename: string;
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
  requireSmall(inputs);
  return inputs.map((input) => ('attachmentId' in input ? input : { inline: decodeInline(input) }));
}

/** Judged by the length of the text, so that nothing too large is decoded. */
function requireSmall(inputs: readonly AttachmentInput[]): void {
  const bytes = inputs.reduce(
    (sum, input) => sum + ('base64' in input ? Buffer.byteLength(input.base64, 'base64') : 0),
    0,
  );
  if (bytes > MAX_INLINE_BYTES) {
    throw new ChatError(
      'PAYLOAD_TOO_LARGE',
      `attachments: at most ${MAX_INLINE_BYTES} bytes inside a call; stage them`,
    );
  }
}

/** Node skips what is not base64; only text that comes out again as it went in is accepted. */
function decodeInline(input: z.output<typeof inlineAttachment>): InlineFile {
  const bytes = Buffer.from(input.base64, 'base64');
  if (bytes.toString('base64') !== input.base64) throw new ChatError('BAD_REQUEST', 'attachments: not base64');
  if (bytes.length !== input.sizeBytes) {
    throw new ChatError('BAD_REQUEST', 'attachments: sizeBytes is not the length of the file');
  }
  return { filename: input.filename, bytes };
}
