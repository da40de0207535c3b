import type { Actor } from '#entities/account/_domain/actor.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { AttachmentInputId } from '../../_api/inputs.ts';
import type { AttachmentStager } from './attachment-stager.ts';

/** A file taken out of the composer is gone at once, not when the cleanup comes by. */
export class DiscardStaged {
  readonly #attachments: Pick<ChatAttachmentRepository, 'findByIds'>;
  readonly #stager: Pick<AttachmentStager, 'discard'>;

  constructor(attachments: Pick<ChatAttachmentRepository, 'findByIds'>, stager: Pick<AttachmentStager, 'discard'>) {
    this.#attachments = attachments;
    this.#stager = stager;
  }

  /** @throws ChatError NOT_FOUND (missing, another's), CONFLICT (sent already) */
  async execute(actor: Actor, { attachmentId }: AttachmentInputId): Promise<{ ok: true }> {
    const [row] = await this.#attachments.findByIds([attachmentId]);
    if (row?.createdByUserId !== actor.userId || row.status === 'DELETING') throw notFound('attachment');
    if (row.status === 'LINKED') throw new ChatError('CONFLICT', 'The attachment is part of a message already.');
    // Sent in this very moment, it is left alone.
    await this.#stager.discard([row.id]);
    return { ok: true };
  }
}
