import type { Actor } from '#entities/account/_domain/actor.ts';
import type { InlineFile, PlannedAttachment } from '../../_domain/attachment-plan.ts';
import type { AttachmentStager } from '../upload/attachment-stager.ts';

/** The files of a message, all staged now. */
export interface StagedAttachments {
  attachmentIds: string[];
  /** Those that this call staged itself, and has to take back when nothing comes of it. */
  stagedHere: string[];
}

/** Stages what came inside the call; after a failure nothing of it is left. */
export class InlineStaging {
  readonly #stager: AttachmentStager;

  constructor(stager: AttachmentStager) {
    this.#stager = stager;
  }

  /** @throws ChatError as `AttachmentStager.stage` */
  async stage(actor: Actor, dialogId: string, plan: readonly PlannedAttachment[]): Promise<StagedAttachments> {
    const staged: StagedAttachments = { attachmentIds: [], stagedHere: [] };
    try {
      for (const item of plan) {
        if ('attachmentId' in item) {
          staged.attachmentIds.push(item.attachmentId);
          continue;
        }
        const { id } = await this.#stageOne(actor, dialogId, item.inline);
        staged.stagedHere.push(id);
        staged.attachmentIds.push(id);
      }
    } catch (error) {
      await this.discard(staged);
      throw error;
    }
    return staged;
  }

  async discard(staged: StagedAttachments): Promise<void> {
    if (staged.stagedHere.length > 0) await this.#stager.discard(staged.stagedHere);
  }

  #stageOne(actor: Actor, dialogId: string, file: InlineFile) {
    const { filename, claimedType, bytes } = file;
    return this.#stager.stage({
      actor,
      dialogId,
      filename,
      claimedType,
      body: oneChunk(bytes),
      declaredBytes: bytes.length,
    });
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
