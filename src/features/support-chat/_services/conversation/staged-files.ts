import type { Actor } from '#entities/account/_domain/actor.ts';
import type { InlineFile, PlannedAttachment } from '../../_domain/attachment-schema.ts';
import type { AttachmentStager } from '../upload/attachment-stager.ts';

type Stager = Pick<AttachmentStager, 'stage' | 'discard'>;

/** Who stages, and in which conversation. */
interface StagingPlace {
  actor: Actor;
  dialogId: string;
}

/**
 * Stages what came inside the call, lets `write` make a message of all the files, and takes back what was staged here
 * when nothing came of it: `write` failed, or found that the message had been sent before.
 * @throws ChatError as `AttachmentStager.stage`, and what `write` throws
 */
export async function withStagedFiles<Result extends { isRepeat: boolean }>(
  stager: Stager,
  place: StagingPlace,
  plan: readonly PlannedAttachment[],
  write: (attachmentIds: string[]) => Promise<Result>,
): Promise<Result> {
  const stagedHere: string[] = [];
  const attachmentIds: string[] = [];
  let isWritten = false;
  try {
    for (const item of plan) {
      if ('attachmentId' in item) {
        attachmentIds.push(item.attachmentId);
        continue;
      }
      const { id } = await stageInline(stager, place, item.inline);
      stagedHere.push(id);
      attachmentIds.push(id);
    }
    const result = await write(attachmentIds);
    isWritten = !result.isRepeat;
    return result;
  } finally {
    if (!isWritten && stagedHere.length > 0) await stager.discard(stagedHere);
  }
}

function stageInline(stager: Stager, place: StagingPlace, { filename, bytes }: InlineFile) {
  return stager.stage({ ...place, filename, body: oneChunk(bytes), declaredBytes: bytes.length });
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
