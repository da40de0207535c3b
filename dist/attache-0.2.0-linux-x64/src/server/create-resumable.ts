import type { Container } from 'inversify';
import { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ResumableUploadRepository } from '#entities/support-chat/_repositories/resumable-upload-repository.ts';
import { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { SupportEventRepository } from '#entities/support-chat/_repositories/support-event-repository.ts';
import { PieceStore } from '#features/support-chat/_services/resumable/piece-store.ts';
import { ResumableUploads } from '#features/support-chat/_services/resumable/resumable-uploads.ts';
import { TusHandler } from '#features/support-chat/_services/resumable/tus-handler.ts';
import { UploadLocks } from '#features/support-chat/_services/resumable/upload-locks.ts';
import { StageAttachment } from '#features/support-chat/_services/upload/stage-attachment.ts';
import { UploadTarget } from '#features/support-chat/_services/upload/upload-target.ts';
import type { Config } from '#shared/config/private.ts';
import type { Infrastructure } from './infrastructure.ts';

/** Uploads in pieces, and the locks that keep two requests from working on one. */
export function createResumable(
  config: Config,
  base: Infrastructure,
  container: Container,
): { tus: TusHandler; locks: UploadLocks } {
  const { maxBytes, maxStaged, maxStagedBytes, staleAfterMinutes, uploadIdleTimeoutSeconds } = config.supportChat;
  const { storages, log, pool } = base;
  const uploads = container.get(ResumableUploadRepository);
  const signals = container.get(SupportEventRepository);
  const locks = new UploadLocks({ pool, announce: (uploadId) => signals.signal({ kind: 'upload', uploadId }) });
  const tus = new TusHandler({
    uploads: new ResumableUploads({
      store: container.get(ChatStore),
      uploads,
      attachments: container.get(ChatAttachmentRepository),
      pieces: new PieceStore({ storages, uploads, livesMinutes: staleAfterMinutes, log }),
      stager: container.get(StageAttachment),
      target: new UploadTarget(container.get(ConversationRepository)),
      ...{ maxBytes, maxStaged, maxStagedBytes, livesMinutes: staleAfterMinutes },
    }),
    locks,
    maxBytes,
    idleTimeoutSeconds: uploadIdleTimeoutSeconds,
  });
  return { tus, locks };
}
