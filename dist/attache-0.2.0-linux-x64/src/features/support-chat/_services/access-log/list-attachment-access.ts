import { type Actor, mayManageSupportChats } from '#entities/account/_domain/actor.ts';
import type { AccessLine, AccessPosition } from '#entities/support-chat/_domain/attachment-access.ts';
import { sideOf } from '#entities/support-chat/_domain/conversation.ts';
import type { AttachmentAccessRepository } from '#entities/support-chat/_repositories/attachment-access-repository.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';
import type { AttachmentAccessDto, AttachmentAccessPageDto } from '../../_api/dto/chat-dto.ts';
import type { ListAttachmentAccessInput } from '../../_api/inputs.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../_domain/cursor.ts';
import { requireReadable } from '../conversation/conversation-guard.ts';

/**
 * Who opened which file: an admin sees it all, a customer for the files they sent. To a customer everybody who answers
 * is "support": who on the other side looked is not theirs to know.
 */
export class ListAttachmentAccess {
  readonly #dialogs: ConversationRepository;
  readonly #record: AttachmentAccessRepository;

  constructor(dialogs: ConversationRepository, record: AttachmentAccessRepository) {
    this.#dialogs = dialogs;
    this.#record = record;
  }

  /** @throws ChatError NOT_FOUND, FORBIDDEN (staff who are not admins), BAD_REQUEST (cursor) */
  async execute(actor: Actor, input: ListAttachmentAccessInput): Promise<AttachmentAccessPageDto> {
    const dialog = requireReadable(actor, await this.#dialogs.findById(input.dialogId));
    const seesAll = actor.role === 'ADMIN';
    if (!seesAll && sideOf(actor, dialog) !== 'USER') {
      throw new ChatError('FORBIDDEN', 'Only admins see who opened files.');
    }
    const { attachmentId, limit } = input;
    const filter = { dialogId: dialog.id, attachmentId, ...(seesAll ? {} : { filesOfUserId: actor.userId }) };
    const before = positionOf(input.cursor);
    const lines = await this.#record.list(filter, { before, limit: limit + 1 });
    const { items, ...next } = cutPage(lines, limit, ({ at, id }) => encodeCursor('access', { at, id: String(id) }));
    const isCustomer = !mayManageSupportChats(actor);
    return { items: items.map((line) => present(line, isCustomer && line.userId !== actor.userId)), ...next };
  }
}

function positionOf(cursor: string | undefined): AccessPosition | null {
  const position = decodeCursor('access', cursor);
  if (position === null) return null;
  if (!/^\d{1,18}$/.test(position.id)) throw new ChatError('BAD_REQUEST', 'cursor: not a cursor of this list');
  return { at: position.at, id: BigInt(position.id) };
}

function present(line: AccessLine, isNameless: boolean): AttachmentAccessDto {
  return {
    attachmentId: line.attachmentId,
    name: line.fileName,
    user: isNameless ? 'support' : { id: line.userId, name: line.userName ?? '' },
    action: line.action,
    at: line.at.toISOString(),
  };
}
