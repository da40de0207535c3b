import type { SupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { MessageWithFiles } from '#entities/support-chat/_domain/types.ts';
import type { MessageReader } from '../_services/conversation/message-reader.ts';
import { eventFrame } from '../_services/events/event-frame.ts';
import type { EventPresenter } from '../_services/events/event-presenter.ts';
import { presentMessage } from './present-message.ts';
import type { ChatEvents } from './types.ts';

/** Events as pages get them: two statements for any number. */
export function createEventPresenter(reader: MessageReader): EventPresenter {
  return {
    connected(id, { reset } = { reset: false }) {
      const serverTime = new Date().toISOString();
      return frame('connected', { serverTime, ...(reset && { reset }) }, id);
    },
    async present(events) {
      const ids = events.flatMap(({ type, messageId }) =>
        messageId !== null && type.startsWith('message.') ? [messageId] : [],
      );
      const messages = await reader.findByIds([...new Set(ids)]);
      return events.map((event) =>
        frameOf(event, event.messageId === null ? undefined : messages.get(event.messageId)),
      );
    },
    typing: (typing) => frame('typing', typing),
    presence: ({ side, userId, online, at }) =>
      frame('presence.updated', { side, userId, online, lastSeenAt: online ? null : at.toISOString() }),
  };
}

function frame<Name extends keyof ChatEvents>(name: Name, data: ChatEvents[Name], id?: bigint): string {
  return eventFrame(name, data, id);
}

function frameOf(event: SupportEvent, message: MessageWithFiles | undefined): string | null {
  const { id, dialogId } = event;
  switch (event.type) {
    case 'dialog.created':
      return frame(event.type, { dialogId }, id);
    case 'message.created':
    case 'message.updated':
      return message ? frame(event.type, { dialogId, message: presentMessage(message) }, id) : null;
    case 'read.updated': {
      if (event.readerType === null || event.messageId === null) return null;
      const { readerType, messageId, at } = event;
      const payload = { dialogId, readerType, lastReadMessageId: messageId, readAt: at.toISOString() };
      return frame(event.type, payload, id);
    }
    default:
      // An instance of a newer version may write types that this one does not know.
      return null;
  }
}
