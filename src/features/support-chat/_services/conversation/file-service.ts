import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { AccessLine, AccessPosition } from '#entities/support-chat/_domain/attachment-access.ts';
import { sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { MessageView } from '#entities/support-chat/_domain/message.ts';
import type { MessageFiles, ReadMode } from '#entities/support-chat/_domain/types.ts';
import type { FilePosition, ListedFile } from '#entities/support-chat/_repositories/file-list-repository.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import { ChatError, notFound } from '#shared/errors/chat-error.ts';
import type { FileKind } from '#shared/file-type/media-types.ts';
import {
  cutPage,
  decodeCursor,
  encodeCursor,
  notThisCursor,
  type Page,
  type PageRequest,
} from '../../_domain/cursor.ts';
import type { AttachmentStager } from '../upload/attachment-stager.ts';
import { requireReadable } from './conversation-access.ts';
import type { MessageReader } from './message-reader.ts';
import { placesOf } from './read-places.ts';

export interface FileServiceParts {
  entities: Pick<SupportChatEntities, 'accesses' | 'attachments' | 'conversations' | 'fileLists' | 'messages'>;
  reader: MessageReader;
  stager: Pick<AttachmentStager, 'discard'>;
  readMode: ReadMode;
}

/** One file of the files panel, with the message it was sent in. */
export interface SentFile {
  /** The file alone, from the record it was read from. */
  file: MessageFiles;
  message: MessageView;
  sentAt: Date;
}

/** A line of the access log; `isNameless` where who looked is not the reader's to know. */
export type AccessRecord = AccessLine & { isNameless: boolean };

/** The files of a conversation, staged ones of one's own, and who opened what. */
export class FileService {
  readonly #parts: FileServiceParts;

  constructor(parts: FileServiceParts) {
    this.#parts = parts;
  }

  /**
   * The files of a conversation, the newest first, as whoever may read the conversation sees them in it.
   * @throws ChatError NOT_FOUND, BAD_REQUEST (cursor)
   */
  async listSent(
    actor: Actor,
    { dialogId, kinds, cursor, limit }: PageRequest & { dialogId: string; kinds: FileKind[] },
  ): Promise<Page<SentFile>> {
    const { entities, reader, readMode } = this.#parts;
    const conversation = requireReadable(actor, await entities.conversations.findById(dialogId));
    const listed = await entities.fileLists.list({
      dialogId: conversation.id,
      kinds,
      places: placesOf(readMode),
      order: { newestFirst: true, beyond: filePosition(cursor) },
      limit: limit + 1,
    });
    const { items, ...next } = cutPage(listed, limit, fileCursor);
    const views = await entities.messages.findViews([...new Set(items.map(({ messageId }) => messageId))]);
    const files = await reader.findFiles(views);
    const viewOf = new Map(views.map((view) => [view.id, view]));
    return { items: items.flatMap((item) => toSentFile(item, viewOf.get(item.messageId), files)), ...next };
  }

  /**
   * Who opened which file: an admin sees it all, a customer for the files they sent. To a customer everybody who answers
   * is "support": who on the other side looked is not theirs to know.
   * @throws ChatError NOT_FOUND, FORBIDDEN (staff who are not admins), BAD_REQUEST (cursor)
   */
  async listAccesses(
    actor: Actor,
    { dialogId, attachmentId, cursor, limit }: PageRequest & { dialogId: string; attachmentId?: string | undefined },
  ): Promise<Page<AccessRecord>> {
    const { entities } = this.#parts;
    const conversation = requireReadable(actor, await entities.conversations.findById(dialogId));
    const seesAll = actor.role === 'ADMIN';
    if (!seesAll && sideOf(actor, conversation) !== 'USER') {
      throw new ChatError('FORBIDDEN', 'Only admins see who opened files.');
    }
    const filter = { dialogId: conversation.id, attachmentId, ...(seesAll ? {} : { filesOfUserId: actor.userId }) };
    const lines = await entities.accesses.list(filter, { before: accessPosition(cursor), limit: limit + 1 });
    const { items, ...next } = cutPage(lines, limit, ({ at, id }) => encodeCursor('access', { at, id: String(id) }));
    const isCustomer = !mayManageSupportChats(actor);
    const isNameless = ({ userId }: AccessLine) => isCustomer && userId !== actor.userId;
    return { items: items.map((line) => ({ ...line, isNameless: isNameless(line) })), ...next };
  }

  /**
   * Keeps the caller's staged files alive while a composer that shows them is open. Returns the ids still staged; of the
   * others (sent, cleaned away, somebody else's) the composer has to take leave.
   */
  renewStaged(actor: Actor, { attachmentIds }: { attachmentIds: readonly string[] }): Promise<string[]> {
    return this.#parts.entities.attachments.renewStaged(actor.userId, attachmentIds);
  }

  /**
   * A file taken out of the composer is gone at once, not when the cleanup comes by.
   * @throws ChatError NOT_FOUND (missing, another's), CONFLICT (sent already)
   */
  async discardStaged(actor: Actor, { attachmentId }: { attachmentId: string }): Promise<void> {
    const [row] = await this.#parts.entities.attachments.findByIds([attachmentId]);
    if (row?.createdByUserId !== actor.userId || row.status === 'DELETING') throw notFound('attachment');
    if (row.status === 'LINKED') throw new ChatError('CONFLICT', 'The attachment is part of a message already.');
    // Sent in this very moment, it is left alone.
    await this.#parts.stager.discard([row.id]);
  }
}

/** Nothing for a file that was deleted between the two looks. */
function toSentFile(
  { id, messageId, sentAt }: ListedFile,
  message: MessageView | undefined,
  files: ReadonlyMap<string, MessageFiles>,
): SentFile[] {
  const { rows = [], legacy = [] } = files.get(messageId) ?? {};
  const file = { rows: rows.filter((row) => row.id === id), legacy: legacy.filter((entry) => entry.id === id) };
  const isThere = file.rows.length + file.legacy.length > 0 && message !== undefined && message.deletedAt === null;
  return isThere ? [{ file, message, sentAt }] : [];
}

function fileCursor({ sentAt, position, id }: ListedFile): string {
  return encodeCursor('files', { at: sentAt, id: `${position}:${id}` });
}

function filePosition(cursor: string | undefined): FilePosition | null {
  const place = decodeCursor('files', cursor);
  if (place === null) return null;
  const [, position, id] = /^(\d{1,9}):(.+)$/s.exec(place.id) ?? [];
  if (position === undefined || id === undefined) throw notThisCursor();
  return { sentAt: place.at, position: Number(position), id };
}

function accessPosition(cursor: string | undefined): AccessPosition | null {
  const place = decodeCursor('access', cursor);
  if (place === null) return null;
  if (!/^\d{1,18}$/.test(place.id)) throw notThisCursor();
  return { at: place.at, id: BigInt(place.id) };
}
