import type { ConversationLine } from '#entities/support-chat/_repositories/inbox-repository.ts';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import type { MessagePresenter } from './message-presenter.ts';

/** By dialog id, the files of last messages without words: the preview of a line names them then. */
export async function filesOfLastMessages(
  presenter: MessagePresenter,
  lines: readonly ConversationLine[],
): Promise<Map<string, AttachmentDto[]>> {
  const wordless = lines.flatMap(({ id, lastMessageId, lastText, lastLegacyAttachments }) =>
    lastMessageId !== null && !lastText?.trim()
      ? [{ id: lastMessageId, dialogId: id, attachments: lastLegacyAttachments }]
      : [],
  );
  const byMessage = await presenter.presentFiles(wordless);
  return new Map(wordless.map((message) => [message.dialogId, byMessage.get(message.id) ?? []]));
}
