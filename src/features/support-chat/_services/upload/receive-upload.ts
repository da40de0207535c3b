import type { IncomingMessage } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import { MAX_ID_LENGTH } from '#entities/support-chat/_domain/record-id.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/types.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { watchBodyPace } from '#shared/http/body-watch.ts';
import { BodyCutShortError, readMultipart } from '#shared/http/read-multipart.ts';
import { type AttachmentStager, tooLarge } from './attachment-stager.ts';
import { resolveUploadTarget } from './upload-target.ts';

/** Multipart framing around one file: boundary lines, part headers and the one field. */
const FRAMING_BYTES = 64 * 1024;

/** An id, of up to four bytes a character. */
const MAX_FIELD_BYTES = 4 * MAX_ID_LENGTH;

export interface ReceiveUploadParts {
  stager: AttachmentStager;
  conversations: Pick<ConversationRepository, 'findById' | 'findOrCreateDraft'>;
  maxBytes: number;
  idleTimeoutSeconds: number;
}

/**
 * Multipart in, staged attachment out. Length, fields, conversation and caps are checked before a byte of the file is
 * read (docs/api.md); `acceptBody` is called once the body is wanted.
 * @throws ChatError, MalformedMultipartError, BodyCutShortError, BodyTooSlowError, StorageUnavailableError
 */
export async function receiveUpload(
  parts: ReceiveUploadParts,
  request: IncomingMessage,
  actor: Actor,
  acceptBody: () => void,
): Promise<ChatAttachment> {
  const { maxBytes, conversations, stager, idleTimeoutSeconds } = parts;
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > maxBytes + FRAMING_BYTES) throw tooLarge(maxBytes);
  const abort = new AbortController();
  const stopWatching = watchBodyPace(request, idleTimeoutSeconds, (error) => abort.abort(error));
  const onAborted = () => abort.abort(new BodyCutShortError('The sender went away.'));
  request.once('aborted', onAborted);
  try {
    acceptBody();
    const upload = await raceAbort(
      readMultipart(request, { allowedFields: ['dialogId'], maxFieldBytes: MAX_FIELD_BYTES }),
      abort.signal,
    );
    const dialogId = await resolveUploadTarget(conversations, actor, upload.fields.dialogId);
    const { fileName, body } = upload.file;
    abort.signal.addEventListener('abort', () => body.destroy(abort.signal.reason), { once: true });
    return await stager.stage({
      actor,
      dialogId,
      filename: fileName,
      body,
      // With the framing around the file, so a little too much; unknown when the body comes in chunks.
      ...(declared > 0 && { declaredBytes: Math.min(declared, maxBytes) }),
      bodyEnded: raceAbort(upload.ended, abort.signal),
      signal: abort.signal,
    });
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    stopWatching();
    request.off('aborted', onAborted);
  }
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const first = Promise.race([work, aborted]);
  // The caller may have failed for another reason before it came to wait for this.
  first.catch(() => {});
  return first;
}
