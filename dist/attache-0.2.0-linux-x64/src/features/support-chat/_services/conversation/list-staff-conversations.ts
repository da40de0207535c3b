import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type {
  ConversationPosition,
  InboxLine,
  InboxRepository,
  WaitingPosition,
} from '#entities/support-chat/_repositories/inbox-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { StaffConversationPageDto } from '../../_api/dto/chat-dto.ts';
import { presentStaffConversation } from '../../_api/dto/present-conversation.ts';
import type { ListStaffDialogsInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';
import { filesOfLastMessages } from './last-message-files.ts';
import type { AttachmentReadMode, MessagePresenter } from './message-presenter.ts';

/** Everybody's dialogs, the last active first; filter and search come before the page is cut. */
export class ListStaffConversations {
  readonly #inbox: InboxRepository;
  readonly #presenter: MessagePresenter;
  readonly #readMode: AttachmentReadMode;

  constructor(inbox: InboxRepository, presenter: MessagePresenter, readMode: AttachmentReadMode) {
    this.#inbox = inbox;
    this.#presenter = presenter;
    this.#readMode = readMode;
  }

  async execute(actor: Actor, input: ListStaffDialogsInput): Promise<StaffConversationPageDto> {
    if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support may see all dialogs.');
    const { cursor, limit, sort, ...given } = input;
    const searchedNames = { table: this.#readMode !== 'legacy', legacy: this.#readMode !== 'table' };
    const filter = { ...given, searchedNames };
    const lines =
      sort === 'waiting'
        ? await this.#inbox.listByWaiting(filter, { before: waitingPosition(cursor), limit: limit + 1 })
        : await this.#inbox.listForStaff(filter, { before: activityPosition(cursor), limit: limit + 1 });
    const { items, ...next } = cutPage(lines, limit, sort === 'waiting' ? waitingCursor : activityCursor);
    const files = await filesOfLastMessages(this.#presenter, items);
    return { items: items.map((line) => presentStaffConversation(line, files.get(line.id) ?? [])), ...next };
  }
}

function activityPosition(cursor: string | undefined): ConversationPosition | null {
  const position = decodeCursor('dialogs', cursor);
  return position && { activityAt: position.at, id: position.id };
}

function activityCursor({ activityAt: at, id }: InboxLine): string {
  return encodeCursor('dialogs', { at, id });
}

function waitingPosition(cursor: string | undefined): WaitingPosition | null {
  const position = decodeCursor('waiting', cursor);
  return position && { isWaiting: position.id.startsWith('w'), at: position.at, id: position.id.slice(1) };
}

/** The first letter says which of the two times it is. */
function waitingCursor({ waitingSince, activityAt, id }: InboxLine): string {
  const at = waitingSince ?? activityAt;
  return encodeCursor('waiting', { at, id: `${waitingSince === null ? 'r' : 'w'}${id}` });
}
