import { mayReadConversation } from '#entities/support-chat/_domain/conversation.ts';
import type { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import type { EventPresenter } from './event-presenter.ts';
import type { EventStreams } from './event-streams.ts';
import type { NotifyBus } from './notify-bus.ts';

export interface TypingNoticesParts {
  bus: NotifyBus;
  streams: EventStreams;
  conversations: ConversationRepository;
  sessions: { findName(userId: string): Promise<string | null> };
  presenter: EventPresenter;
}

/** Tells whoever reads a conversation that somebody else is typing there. */
export function sendTypingNotices({ bus, streams, conversations, sessions, presenter }: TypingNoticesParts): void {
  const tell = async (dialogId: string, userId: string) => {
    const [conversation, name] = await Promise.all([conversations.findById(dialogId), sessions.findName(userId)]);
    if (conversation === null || name === null) return;
    const senderType = conversation.userId === userId ? 'USER' : 'STAFF';
    const frame = presenter.typing({ dialogId, senderType, name });
    for (const subscriber of await streams.registry.refresh(streams.registry.audienceOf([conversation]))) {
      const { actor } = subscriber;
      if (actor.userId !== userId && mayReadConversation(actor, conversation)) subscriber.send(frame);
    }
  };
  bus.onSignal('typing', ({ dialogId, userId }) => {
    if (streams.openStreams > 0) streams.run(() => tell(dialogId, userId));
  });
}
