import type { Actor } from '#entities/account/_domain/actor.ts';
import type { MessageView } from '#entities/support-chat/_domain/message.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type {
  FileListRepository,
  FilePosition,
  ListedFile,
} from '#entities/support-chat/_repositories/file-list-repository.ts';
import type { MessageRepository } from '#entities/support-chat/_repositories/support-message-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { AttachmentDto, SentAttachmentDto, SentAttachmentPageDto } from '../../_api/dto/chat-dto.ts';
import { presentMessage } from '../../_api/dto/present-message.ts';
import type { ListAttachmentsInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';
import { requireReadable } from './conversation-guard.ts';
import type { AttachmentReadMode, MessagePresenter } from './message-presenter.ts';

interface Dependencies {
  dialogs: ConversationRepository;
  files: FileListRepository;
  messages: MessageRepository;
  presenter: MessagePresenter;
  readMode: AttachmentReadMode;
}

/** The files of a conversation, the newest first, as whoever may read the conversation sees them in it. */
export class ListAttachments {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws ChatError NOT_FOUND, BAD_REQUEST (cursor) */
  async execute(actor: Actor, input: ListAttachmentsInput): Promise<SentAttachmentPageDto> {
    const { dialogs, files, messages, presenter, readMode } = this.#deps;
    const dialog = requireReadable(actor, await dialogs.findById(input.dialogId));
    const { kind, limit } = input;
    const kinds = [...(input.kinds ?? []), ...(kind ? [kind] : [])];
    const order = { newestFirst: true, beyond: positionOf(input.cursor) };
    const listed = await files.list({
      dialogId: dialog.id,
      kinds,
      places: placesOf(readMode),
      order,
      limit: limit + 1,
    });
    const { items, ...next } = cutPage(listed, limit, cursorOf);
    const views = await messages.findViews([...new Set(items.map(({ messageId }) => messageId))]);
    const shown = await presenter.presentFiles(views);
    const viewOf = new Map(views.map((view) => [view.id, view]));
    return { items: items.flatMap((file) => presentSent(file, viewOf.get(file.messageId), shown)), ...next };
  }
}

/** Where the files of messages are written down, by the read mode. */
export function placesOf(readMode: AttachmentReadMode): { table: boolean; legacy: boolean } {
  return { table: readMode !== 'legacy', legacy: readMode !== 'table' };
}

function presentSent(
  { id, messageId, sentAt }: ListedFile,
  view: MessageView | undefined,
  shown: ReadonlyMap<string, AttachmentDto[]>,
): SentAttachmentDto[] {
  const file = shown.get(messageId)?.find((attachment) => attachment.id === id);
  // Deleted between the two looks.
  if (!file || !view || view.deletedAt !== null) return [];
  const { senderType, sender } = presentMessage(view, []);
  return [{ ...file, messageId, senderType, sender, sentAt: sentAt.toISOString() }];
}

function cursorOf({ sentAt, position, id }: ListedFile): string {
  return encodeCursor('files', { at: sentAt, id: `${position}:${id}` });
}

function positionOf(cursor: string | undefined): FilePosition | null {
  const place = decodeCursor('files', cursor);
  if (place === null) return null;
  const [, position, id] = /^(\d{1,9}):(.+)$/s.exec(place.id) ?? [];
  if (position === undefined || id === undefined)
    throw new ChatError('BAD_REQUEST', 'cursor: not a cursor of this list');
  return { sentAt: place.at, position: Number(position), id };
}
