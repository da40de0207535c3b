import { useEffect, useEffectEvent, useRef } from 'react';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import { refreshConversationLists, showReadMark } from '../engine/conversation-messages.ts';
import { sideOf } from '../engine/current-user.ts';
import { useChat } from '../engine/support-chat-provider.tsx';

/** Eyes need a moment; a message that only flew by while scrolling was not read. */
const dwellMs = 350;

/**
 * Tells the server what was read: only while the tab is visible, only messages that were in view. `inView` is the
 * newest message on the screen.
 */
export function useMarkRead(dialogId: string, messages: readonly MessageDto[], inView: MessageDto | null): void {
  const { engine, currentUser } = useChat();
  const side = sideOf(currentUser);
  const toldRef = useRef<string | null>(null);

  const mark = useEffectEvent(async () => {
    if (document.visibilityState !== 'visible' || !inView) return;
    const upTo = messages.findLastIndex((message) => message.id === inView.id);
    const seen = messages.slice(0, upTo + 1);
    const isUnread = (m: MessageDto) => m.senderType !== side && m.senderType !== 'SYSTEM' && m.readAt === null;
    const last = seen.findLast(isUnread);
    if (!last || toldRef.current === last.id) return;
    toldRef.current = last.id;
    try {
      const input = { dialogId, lastReadMessageId: last.id };
      const { readAt } = await engine.client.trpcClient.supportChat.markDialogRead.mutate(input);
      showReadMark(engine.client, dialogId, { readerType: side, lastReadMessageId: last.id, readAt });
      refreshConversationLists(engine.client);
    } catch {
      // The next message, or the next look at this one, tries again.
      toldRef.current = null;
    }
  });

  const inViewId = inView?.id ?? null;
  const newestId = messages.at(-1)?.id ?? null;
  useEffect(() => {
    if (inViewId === null || newestId === null) return;
    let timer = setTimeout(() => void mark(), dwellMs);
    const onVisible = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void mark(), dwellMs);
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [inViewId, newestId]);
}
