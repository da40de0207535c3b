import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import type { FileKind } from '#shared/file-type/media-types.ts';
import type { AccessRecord, FileService, SentFile } from '../_services/conversation/file-service.ts';
import { page } from './input.ts';
import { presentFiles } from './present-attachment.ts';
import { presentSender } from './present-message.ts';
import { presentPage } from './present-page.ts';
import { procedure, router } from './trpc.ts';
import type {
  AttachmentAccessDto,
  AttachmentAccessPageDto,
  SentAttachmentDto,
  SentAttachmentPageDto,
} from './types.ts';

const kind = z.enum(['image', 'video', 'audio', 'pdf', 'text', 'file'] satisfies FileKind[]);
const listInput = z.strictObject({
  dialogId: recordId,
  kind: kind.optional(),
  /** Any of several; a `kind` beside them is one more. */
  kinds: z.array(kind).min(1).max(6).optional(),
  ...page,
});
const accessInput = z.strictObject({ dialogId: recordId, attachmentId: recordId.optional(), ...page });
const attachmentInput = z.strictObject({ attachmentId: recordId });
/** Staged files that an open composer shows; more than a message can carry is a mistake of the caller's. */
const renewInput = z.strictObject({ attachmentIds: z.array(recordId).min(1).max(100) });

/** The files of a conversation, and the staged ones of a composer. */
export function filesRouter({ files }: { files: FileService }) {
  return router({
    listAttachments: procedure.input(listInput).query(async ({ ctx, input }): Promise<SentAttachmentPageDto> => {
      const { kind: one, kinds = [], ...rest } = input;
      const page = await files.listSent(ctx.actor, { ...rest, kinds: one ? [...kinds, one] : kinds });
      return presentPage(page, presentSentFile);
    }),
    listAttachmentAccess: procedure
      .input(accessInput)
      .query(
        async ({ ctx, input }): Promise<AttachmentAccessPageDto> =>
          presentPage(await files.listAccesses(ctx.actor, input), presentAccess),
      ),
    renewStaged: procedure
      .input(renewInput)
      .mutation(async ({ ctx, input }) => ({ attachmentIds: await files.renewStaged(ctx.actor, input) })),
    discardStaged: procedure.input(attachmentInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await files.discardStaged(ctx.actor, input);
      return { ok: true };
    }),
  });
}

function presentSentFile({ file, message, sentAt }: SentFile): SentAttachmentDto {
  const [attachment] = presentFiles(message.dialogId, file);
  if (!attachment) throw new TypeError('a sent file is one file');
  const { id: messageId, senderType } = message;
  return { ...attachment, messageId, senderType, sender: presentSender(message), sentAt: sentAt.toISOString() };
}

function presentAccess(record: AccessRecord): AttachmentAccessDto {
  return {
    attachmentId: record.attachmentId,
    name: record.fileName,
    user: record.isNameless ? 'support' : { id: record.userId, name: record.userName ?? '' },
    action: record.action,
    at: record.at.toISOString(),
  };
}
