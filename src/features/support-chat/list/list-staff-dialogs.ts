import { type Actor, mayManageSupportChats } from '#entities/account/actor.ts';
import type { InboxRepository } from '#entities/support-chat/dialog/inbox-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { StaffDialogPageDto } from '../dto/chat-dto.ts';
import { presentStaffDialog } from '../dto/present-dialog.ts';
import type { AttachmentReadMode, MessagePresenter } from '../message/message-presenter.ts';
import type { ListStaffDialogsInput } from '../trpc/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from './cursor.ts';
import { filesOfLastMessages } from './last-message-files.ts';

/** Everybody's dialogs, the last active first; filter and search come before the page is cut. */
export class ListStaffDialogs {
  readonly #inbox: InboxRepository;
  readonly #presenter: MessagePresenter;
  readonly #readMode: AttachmentReadMode;

  constructor(inbox: InboxRepository, presenter: MessagePresenter, readMode: AttachmentReadMode) {
    this.#inbox = inbox;
    this.#presenter = presenter;
    this.#readMode = readMode;
  }

  async execute(actor: Actor, input: ListStaffDialogsInput): Promise<StaffDialogPageDto> {
    if (!mayManageSupportChats(actor)) throw new ChatError('FORBIDDEN', 'Only support may see all dialogs.');
    const { cursor, limit, ...filter } = input;
    const position = decodeCursor('dialogs', cursor);
    const before = position && { activityAt: position.at, id: position.id };
    const searchedNames = { table: this.#readMode !== 'legacy', legacy: this.#readMode !== 'table' };
    const lines = await this.#inbox.listForStaff({ ...filter, searchedNames }, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(lines, limit, (line) =>
      encodeCursor('dialogs', { at: line.activityAt, id: line.id }),
    );
    const files = await filesOfLastMessages(this.#presenter, items);
    return { items: items.map((line) => presentStaffDialog(line, files.get(line.id) ?? [])), ...next };
  }
}
