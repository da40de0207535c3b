import { type Message, senderIdOf } from '#entities/support-chat/_domain/message.ts';
import type { MessageWithFiles } from '#entities/support-chat/_domain/types.ts';
import { presentFiles } from './present-attachment.ts';
import type { MessageDto } from './types.ts';

/** A deleted message keeps its place and loses its words and files. */
export function presentMessage(message: MessageWithFiles): MessageDto {
  const isDeleted = message.deletedAt !== null;
  return {
    id: message.id,
    dialogId: message.dialogId,
    clientMessageId: message.clientMessageId,
    senderType: message.senderType,
    sender: presentSender(message),
    text: isDeleted ? null : message.text,
    attachments: isDeleted ? [] : presentFiles(message.dialogId, message.files),
    createdAt: message.createdAt.toISOString(),
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    readAt: message.readAt?.toISOString() ?? null,
  };
}

export function presentSender(message: SentBy): MessageDto['sender'] {
  const id = senderIdOf(message);
  return id === null ? null : { id, name: message.senderName ?? '' };
}

type SentBy = Pick<Message, 'senderType' | 'senderUserId' | 'senderStaffId'> & { senderName: string | null };
