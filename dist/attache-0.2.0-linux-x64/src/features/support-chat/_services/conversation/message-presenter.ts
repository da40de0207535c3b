import type { AttachmentWithRenditions } from '#entities/support-chat/_domain/attachment.ts';
import type { JsonValue } from '#entities/support-chat/_domain/json-value.ts';
import { parseLegacyAttachments } from '#entities/support-chat/_domain/legacy-attachment.ts';
import type { MessageView } from '#entities/support-chat/_domain/message.ts';
import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import { notFound } from '#shared/errors/chat-error.ts';
import type { AttachmentDto, MessageDto } from '../../_api/dto/chat-dto.ts';
import { presentAttachment, presentLegacyAttachment } from '../../_api/dto/present-attachment.ts';
import { presentMessage } from '../../_api/dto/present-message.ts';

/** Where the files of a message are read from (CONTRACT.md 2, `…_READ_MODE`). */
export type AttachmentReadMode = 'table' | 'table-then-legacy' | 'legacy';

/** What the files of a message are found by. */
interface FilesOwner {
  id: string;
  dialogId: string;
  attachments: JsonValue | null;
}

/** Makes answers out of messages: one more statement for all their files, none in mode `legacy`. */
export class MessagePresenter {
  readonly #messages: MessageRepository;
  readonly #attachments: ChatAttachmentRepository;
  readonly #readMode: AttachmentReadMode;

  constructor(messages: MessageRepository, attachments: ChatAttachmentRepository, readMode: AttachmentReadMode) {
    this.#messages = messages;
    this.#attachments = attachments;
    this.#readMode = readMode;
  }

  /** In the order given. */
  async present(messages: readonly MessageView[]): Promise<MessageDto[]> {
    const files = await this.presentFiles(messages.filter((message) => message.deletedAt === null));
    return messages.map((message) => presentMessage(message, files.get(message.id) ?? []));
  }

  /** By id; ids that are gone are missing from the answer. */
  async presentByIds(ids: readonly string[]): Promise<Map<string, MessageDto>> {
    if (ids.length === 0) return new Map();
    const dtos = await this.present(await this.#messages.findViews(ids));
    return new Map(dtos.map((dto) => [dto.id, dto]));
  }

  /** @throws ChatError NOT_FOUND */
  async requireById(id: string): Promise<MessageDto> {
    const dto = (await this.presentByIds([id])).get(id);
    if (!dto) throw notFound('message');
    return dto;
  }

  /** The files of messages that are not deleted, by message id. */
  async presentFiles(messages: readonly FilesOwner[]): Promise<Map<string, AttachmentDto[]>> {
    const usesTable = this.#readMode !== 'legacy' && messages.length > 0;
    const rows = usesTable ? await this.#attachments.listByMessages(messages.map((message) => message.id)) : [];
    const rowsByMessage = Map.groupBy(rows, (row) => row.messageId);
    return new Map(
      messages.map((message) => [message.id, this.#filesOf(message, rowsByMessage.get(message.id) ?? [])]),
    );
  }

  #filesOf(message: FilesOwner, rows: readonly AttachmentWithRenditions[]): AttachmentDto[] {
    const fromTable = rows.filter((row) => row.status === 'LINKED').map(presentAttachment);
    if (this.#readMode === 'table') return fromTable;
    // A row in whatever status speaks for its file: what is being deleted does not come back through the JSON.
    const known = new Set(rows.map((row) => row.id));
    const fromJson = parseLegacyAttachments(message.attachments)
      .filter((entry) => !known.has(entry.id))
      .map((entry) => presentLegacyAttachment(message.dialogId, entry));
    return [...fromTable, ...fromJson];
  }
}
