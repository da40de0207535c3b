import type { Actor } from '#entities/account/_domain/actor.ts';
import { type LegacyAttachment, parseLegacyAttachments } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { type Message, mayChangeMessage, senderIdOf } from '#entities/support-chat/_domain/message.ts';
import { messageUpdated } from '#entities/support-chat/_domain/support-event.ts';
import type { ChatRepositories } from '#entities/support-chat/_repositories/chat-store.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import { isStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import { requireOpenToSend } from './conversation-access.ts';

/** In the caller's transaction. @throws ChatError NOT_FOUND (missing, not one's own, deleted) */
export async function editOwnMessage(
  repositories: ChatRepositories,
  actor: Actor,
  { messageId, text }: { messageId: string; text: string },
): Promise<void> {
  const message = await requireOwnMessage(repositories, actor, messageId);
  const at = new Date();
  if (!(await repositories.messages.edit(message.id, { text, at }))) throw notFound('message');
  await repositories.events.append([messageUpdated(message, at)]);
}

/** In the caller's transaction; a message deleted before stays so. @throws ChatError NOT_FOUND (missing, not one's own) */
export async function deleteOwnMessage(
  repositories: ChatRepositories,
  { tableWrite }: { tableWrite: boolean },
  actor: Actor,
  messageId: string,
): Promise<void> {
  const message = await requireOwnMessage(repositories, actor, messageId);
  const at = new Date();
  if (!(await repositories.messages.delete(message.id, at))) return;
  await repositories.attachments.markDeletingOfMessage(message.id);
  if (tableWrite) await moveLegacyFilesToTable(repositories, message);
  await repositories.attachments.endPauseOf(legacyPathsOf(message));
  await repositories.events.append([messageUpdated(message, at)]);
}

/** @throws ChatError NOT_FOUND when it is missing, another's, or in a conversation the actor may not see any more. */
async function requireOwnMessage(
  { messages, conversations }: ChatRepositories,
  actor: Actor,
  messageId: string,
): Promise<Message> {
  const message = await messages.findById(messageId);
  if (!message || !mayChangeMessage(actor, message)) throw notFound('message');
  requireOpenToSend(actor, await conversations.findByIdForSending(message.dialogId));
  return message;
}

/**
 * Files that only the JSON knows get rows, status DELETING, so that the cleanup frees them too; then the JSON goes,
 * because it would name files that are gone. A path that no storage accepts points to nothing that could be freed. With
 * the table's gate closed the JSON stays as their only record, and the backfill takes them over as files of a deleted
 * message.
 */
async function moveLegacyFilesToTable(repositories: ChatRepositories, message: Message): Promise<void> {
  const createdByUserId = senderIdOf(message);
  const entries = parseLegacyAttachments(message.attachments);
  if (createdByUserId === null || entries.length === 0) return;
  const files = entries.flatMap<LegacyAttachment>(({ path, sizeBytes, ...entry }) =>
    path === null || !isStoragePath(path) ? [] : [{ ...entry, path, sizeBytes: sizeBytes ?? 0 }],
  );
  const owner = { dialogId: message.dialogId, messageId: message.id, createdByUserId };
  await repositories.attachments.createDeleting(files, owner);
  await repositories.messages.setLegacyAttachments(message.id, null);
}

function legacyPathsOf({ attachments }: Message): string[] {
  return parseLegacyAttachments(attachments).flatMap(({ path }) => (path === null ? [] : [path]));
}
