import type { SupportEvent } from '#entities/support-chat/_domain/support-event.ts';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { MessagePresenter } from '../conversation/message-presenter.ts';
import { eventFrame } from './event-frame.ts';

/** Turns ids into what is told: two statements for any number of events, and the text is made once for all listeners. */
export class EventPresenter {
  readonly #messages: MessagePresenter;

  constructor(messages: MessagePresenter) {
    this.#messages = messages;
  }

  /** One frame per event, null where there is nothing to tell. */
  async present(events: readonly SupportEvent[]): Promise<(string | null)[]> {
    const ids = events.flatMap((event) =>
      event.messageId !== null && event.type.startsWith('message.') ? [event.messageId] : [],
    );
    const messages = await this.#messages.presentByIds([...new Set(ids)]);
    return events.map((event) => frameOf(event, event.messageId === null ? undefined : messages.get(event.messageId)));
  }
}

function frameOf(event: SupportEvent, message: MessageDto | undefined): string | null {
  const { id, dialogId } = event;
  switch (event.type) {
    case 'dialog.created':
      return eventFrame(event.type, { dialogId }, id);
    case 'message.created':
    case 'message.updated':
      return message ? eventFrame(event.type, { dialogId, message }, id) : null;
    case 'read.updated': {
      if (event.readerType === null || event.messageId === null) return null;
      const { readerType, messageId, at } = event;
      const payload = { dialogId, readerType, lastReadMessageId: messageId, readAt: at.toISOString() };
      return eventFrame(event.type, payload, id);
    }
    default:
      // An instance of a newer version may write types that this one does not know.
      return null;
  }
}
