import { useEffect, useMemo } from 'react';
import { sideOf } from '../engine/current-user.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { MessageScroller } from './message-scroller.tsx';
import { buildRows } from './rows.ts';
import type { useConversationMessages } from './use-conversation-messages.ts';
import { useConversationOutgoing } from './use-conversation-outgoing.ts';
import { useConversationView } from './use-conversation-view.ts';
import type { MessagePaging } from './use-message-paging.ts';
import { useUnreadStart } from './use-unread-start.ts';

export interface MessageListProps {
  dialogId: string;
  source: ReturnType<typeof useConversationMessages>;
  paging: MessagePaging;
}

/** What is sent from here stands behind the newest message: in the middle of the conversation it is not seen. */
const noOutgoing: never[] = [];

export function MessageList({ dialogId, source, paging }: MessageListProps) {
  const { currentUser } = useChat();
  const side = sideOf(currentUser);
  const { messages } = source;
  const outgoing = useConversationOutgoing(dialogId, messages);
  const { windowKey, scrollTarget, foundId, isJumping, showLatest } = useConversationView(messages, paging);
  const start = useUnreadStart(
    {
      messages,
      isLoaded: source.data !== undefined,
      hasOlder: paging.hasOlder,
      isSentElsewhere: isJumping,
      goToUnread: () => paging.goTo({ unread: true }),
    },
    side,
  );
  const shownOutgoing = paging.hasNewer ? noOutgoing : outgoing;
  const rows = useMemo(
    () =>
      buildRows({
        messages,
        outgoing: shownOutgoing,
        currentUserId: currentUser.id,
        side,
        firstUnreadId: start.messageId,
      }),
    [messages, shownOutgoing, currentUser.id, side, start.messageId],
  );

  // Whoever sends wants to see it go, wherever they were reading.
  const newestOutgoing = outgoing.at(-1)?.clientMessageId ?? null;
  useEffect(() => {
    if (newestOutgoing !== null) showLatest();
  }, [newestOutgoing, showLatest]);

  return (
    <MessageScroller
      key={windowKey}
      dialogId={dialogId}
      rows={rows}
      messages={messages}
      paging={paging}
      scrollTarget={scrollTarget}
      foundId={foundId}
      isReady={start.isKnown && !isJumping && rows.length > 0}
      isJumping={isJumping}
      onLatest={showLatest}
    />
  );
}
