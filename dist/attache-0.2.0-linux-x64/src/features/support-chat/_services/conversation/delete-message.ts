import type { Actor } from '#entities/account/_domain/actor.ts';
import { type LegacyAttachment, parseLegacyAttachments } from '#entities/support-chat/_domain/legacy-attachment.ts';
import { type Message, senderIdOf } from '#entities/support-chat/_domain/message.ts';
import type { ChatRepositories, ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { isStoragePath } from '#shared/lib/file-storage/storage-path.ts';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { MessageInput } from '../../_api/inputs.ts';
import { messageUpdated, requireOwnMessage } from './edit-message.ts';
import type { MessagePresenter } from './message-presenter.ts';

/** Takes one's own message back: its words are erased, its files are out of reach at once and freed by cleanup. */
export class DeleteMessage {
  readonly #store: ChatStore;
  readonly #presenter: MessagePresenter;
  readonly #tableWrite: boolean;

  constructor(store: ChatStore, presenter: MessagePresenter, gates: { tableWrite: boolean }) {
    this.#store = store;
    this.#presenter = presenter;
    this.#tableWrite = gates.tableWrite;
  }

  /** Deleting twice is deleting once. @throws ChatError NOT_FOUND (missing, not one's own) */
  async execute(actor: Actor, input: MessageInput): Promise<{ message: MessageDto }> {
    await this.#store.transaction(async (repositories) => {
      const message = await requireOwnMessage(repositories, actor, input.messageId);
      const at = new Date();
      if (!(await repositories.messages.delete(message.id, at))) return;
      await repositories.attachments.markDeletingOfMessage(message.id);
      if (this.#tableWrite) await moveLegacyFilesToTable(repositories, message);
      await repositories.events.append([messageUpdated(message, at)]);
    });
    return { message: await this.#presenter.requireById(input.messageId) };
  }
}

/**
 * Files that only the JSON knows get rows, status DELETING, so that cleanup frees them too; then the JSON goes, because
 * it would name files that are gone. A path that no storage takes points to nothing that could be freed. With the table's gate closed the JSON stays as their only record, and the backfill
 * takes them over as files of a deleted message.
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
