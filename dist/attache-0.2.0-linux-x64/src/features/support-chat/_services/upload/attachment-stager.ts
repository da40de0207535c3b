import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatAttachment } from '#entities/support-chat/_domain/attachment.ts';

export interface StageInput {
  actor: Actor;
  /** Where the file is staged; the caller has checked that the actor may. */
  dialogId: string;
  /** As the client named it. */
  filename: string;
  /** As the client claims; the bytes decide. */
  claimedType: string;
  body: AsyncIterable<Uint8Array>;
  /** What the sender says to come, at most; the caps count it before the bytes are there. */
  declaredBytes?: number;
  signal?: AbortSignal;
  /** Settles once the request around the file has ended well; the row is written only then. */
  bodyEnded?: Promise<unknown>;
}

/** Takes a file in: limits, type, hash and storage in one pass, then the row UPLOADED. */
export interface AttachmentStager {
  /**
   * @throws ChatError PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, TOO_MANY_REQUESTS (staged caps),
   * SERVICE_UNAVAILABLE (storage); nothing is left behind then.
   */
  stage(input: StageInput): Promise<ChatAttachment>;
  /**
   * Takes back what was staged for a message that then was not sent. Never throws, and deletes an object only when
   * `ChatAttachmentRepository.takeBackStaged` gave its row back: the message may have been committed after all.
   */
  discard(attachmentIds: readonly string[]): Promise<void>;
}
