import type { IncomingMessage } from 'node:http';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/attachment.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import { watchBodyPace } from '#shared/http/body-watch.ts';
import { readMultipart } from '#shared/http/read-multipart.ts';
import type { AttachmentStager } from './attachment-stager.ts';
import type { UploadTarget } from './upload-target.ts';

/** Multipart framing around one file: boundary lines, part headers and the one field. */
const FRAMING_BYTES = 64 * 1024;

export interface ReceiveUploadParts {
  stager: AttachmentStager;
  target: UploadTarget;
  maxBytes: number;
  idleTimeoutSeconds: number;
}

/**
 * `POST /api/support-chat/uploads`: multipart in, staged attachment out. Session, origin and rate are the listener's;
 * here come length, fields, dialog and caps, all before a byte of the file is read (CONTRACT.md 5).
 */
export class ReceiveUpload {
  readonly #parts: ReceiveUploadParts;

  constructor(parts: ReceiveUploadParts) {
    this.#parts = parts;
  }

  /**
   * `acceptBody` is called once the body is wanted.
   * @throws ChatError, MalformedMultipartError, BodyCutShortError, BodyTooSlowError, StorageUnavailableError
   */
  async receive(request: IncomingMessage, actor: Actor, acceptBody: () => void = () => {}): Promise<ChatAttachment> {
    const { maxBytes, target, stager, idleTimeoutSeconds } = this.#parts;
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (declared > maxBytes + FRAMING_BYTES) {
      throw new ChatError('PAYLOAD_TOO_LARGE', `The file is too large: at most ${maxBytes} bytes are allowed.`);
    }
    const abort = new AbortController();
    const stopWatching = watchBodyPace(request, idleTimeoutSeconds, (error) => abort.abort(error));
    const onClose = () => abort.abort(new Error('the sender went away'));
    request.once('aborted', onClose);
    try {
      acceptBody();
      const upload = await raceAbort(
        readMultipart(request, { allowedFields: ['dialogId'], maxFieldBytes: 256 }),
        abort.signal,
      );
      const dialogId = await target.resolve(actor, upload.fields.dialogId);
      const { fileName, mimeType, body } = upload.file;
      abort.signal.addEventListener('abort', () => body.destroy(abort.signal.reason), { once: true });
      return await stager.stage({
        actor,
        dialogId,
        filename: fileName,
        claimedType: mimeType,
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
      request.off('aborted', onClose);
    }
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
