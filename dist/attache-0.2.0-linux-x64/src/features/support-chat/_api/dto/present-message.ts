import { type MessageView, senderIdOf } from '#entities/support-chat/_domain/message.ts';
import type { AttachmentDto, MessageDto } from './chat-dto.ts';

/** A deleted message keeps its place and loses its words and files. */
export function presentMessage(message: MessageView, attachments: AttachmentDto[]): MessageDto {
  const isDeleted = message.deletedAt !== null;
  const senderId = senderIdOf(message);
  return {
    id: message.id,
    dialogId: message.dialogId,
    clientMessageId: message.clientMessageId,
    senderType: message.senderType,
    sender: senderId === null ? null : { id: senderId, name: message.senderName ?? '' },
    text: isDeleted ? null : message.text,
    attachments: isDeleted ? [] : attachments,
    createdAt: message.createdAt.toISOString(),
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    readAt: message.readAt?.toISOString() ?? null,
  };
}
