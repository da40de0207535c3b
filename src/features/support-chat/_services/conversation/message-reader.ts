import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import { parseLegacyAttachments } from '#entities/support-chat/_domain/legacy-attachment.ts';
import type { MessageView } from '#entities/support-chat/_domain/message.ts';
import type {
  AttachmentWithRenditions,
  MessageFiles,
  MessageWithFiles,
  ReadMode,
} from '#entities/support-chat/_domain/types.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import { notFound } from '#shared/errors/chat-error.ts';

/** What the files of a message are found by. */
interface FilesOwner {
  id: string;
  attachments: JsonValue | null;
}

const NO_FILES: MessageFiles = { rows: [], legacy: [] };

/** Messages with their files, by the read mode: one more statement for all the files, none in mode `legacy`. */
export class MessageReader {
  readonly #messages: MessageRepository;
  readonly #attachments: ChatAttachmentRepository;
  readonly #readMode: ReadMode;

  constructor(messages: MessageRepository, attachments: ChatAttachmentRepository, readMode: ReadMode) {
    this.#messages = messages;
    this.#attachments = attachments;
    this.#readMode = readMode;
  }

  /** In the order given. A deleted message has no files. */
  async addFiles(messages: readonly MessageView[]): Promise<MessageWithFiles[]> {
    const files = await this.findFiles(messages.filter((message) => message.deletedAt === null));
    return messages.map((message) => ({ ...message, files: files.get(message.id) ?? NO_FILES }));
  }

  /** By id; ids that are gone are missing from the map. */
  async findByIds(ids: readonly string[]): Promise<Map<string, MessageWithFiles>> {
    if (ids.length === 0) return new Map();
    const messages = await this.addFiles(await this.#messages.findViews(ids));
    return new Map(messages.map((message) => [message.id, message]));
  }

  /** @throws ChatError NOT_FOUND */
  async requireById(id: string): Promise<MessageWithFiles> {
    const message = (await this.findByIds([id])).get(id);
    if (!message) throw notFound('message');
    return message;
  }

  /** The files of messages that are not deleted, by message id. */
  async findFiles(messages: readonly FilesOwner[]): Promise<Map<string, MessageFiles>> {
    const usesTable = this.#readMode !== 'legacy' && messages.length > 0;
    const rows = usesTable ? await this.#attachments.listByMessages(messages.map((message) => message.id)) : [];
    const rowsByMessage = Map.groupBy(rows, (row) => row.messageId);
    return new Map(
      messages.map((message) => [message.id, this.#filesOf(message, rowsByMessage.get(message.id) ?? [])]),
    );
  }

  #filesOf(message: FilesOwner, rows: readonly AttachmentWithRenditions[]): MessageFiles {
    const linked = rows.filter((row) => row.status === 'LINKED');
    if (this.#readMode === 'table') return { rows: linked, legacy: [] };
    // A row in whatever status speaks for its file: what is being deleted does not come back through the JSON.
    const known = new Set(rows.map((row) => row.id));
    return { rows: linked, legacy: parseLegacyAttachments(message.attachments).filter(({ id }) => !known.has(id)) };
  }
}
