import { useTranslations } from 'next-intl';
import { useCallback, useContext, useEffect, useEffectEvent, useState } from 'react';
import { toast } from '#shared/ui/toast.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { readErrorCode } from '../engine/chat-client.ts';
import { JumpContext, type JumpPlace } from '../search/jump.ts';
import type { MessagePaging } from './use-message-paging.ts';

/** How long the message that was looked for stands out. */
const shownMs = 2_500;

/** What to scroll to. */
export type ViewPlace = 'unread' | 'end' | { messageId: string; align: 'center' | 'start' };

/** Asked for again, the same place is another object. */
export interface ScrollTarget {
  place: ViewPlace;
}

export interface ConversationView {
  /** Another key is another part of the conversation: nothing that was measured holds any more. */
  windowKey: number;
  scrollTarget: ScrollTarget;
  /** The message to mark. */
  foundId: string | null;
  isJumping: boolean;
  showLatest: () => void;
}

/** Follows the jumps of one conversation: within what is loaded, or by loading the part around the place. */
export function useConversationView(messages: readonly MessageDto[], paging: MessagePaging): ConversationView {
  const t = useTranslations('conversation');
  const { place, arrive } = useContext(JumpContext);
  const [view, setView] = useState<Pick<ConversationView, 'windowKey' | 'scrollTarget'>>({
    windowKey: 0,
    scrollTarget: { place: 'unread' },
  });
  const [foundId, setFoundId] = useState<string | null>(null);
  const show = useCallback((target: ViewPlace, isElsewhere: boolean) => {
    setView(({ windowKey }) => ({ windowKey: windowKey + (isElsewhere ? 1 : 0), scrollTarget: { place: target } }));
  }, []);

  const follow = useEffectEvent(async (to: JumpPlace, signal: AbortSignal) => {
    const loaded = findLoaded(messages, to, paging);
    try {
      const messageId = loaded ?? (await paging.goTo(to, signal));
      if (signal.aborted || messageId === null) return;
      show({ messageId, align: 'at' in to ? 'start' : 'center' }, loaded === null);
      setFoundId('at' in to ? null : messageId);
    } catch (error) {
      if (signal.aborted) return;
      toast(t(readErrorCode(error) === 'NOT_FOUND' ? 'messageGone' : 'changeFailed'), { tone: 'danger' });
    } finally {
      if (!signal.aborted) arrive();
    }
  });
  const isLoaded = messages.length > 0;
  useEffect(() => {
    if (place === null || !isLoaded) return;
    const leave = new AbortController();
    void follow(place, leave.signal);
    return () => leave.abort();
  }, [place, isLoaded]);

  useEffect(() => {
    if (foundId === null) return;
    const timer = setTimeout(() => setFoundId(null), shownMs);
    return () => clearTimeout(timer);
  }, [foundId]);

  const { hasNewer, goToLatest } = paging;
  const showLatest = useCallback(async () => {
    if (!hasNewer) return show('end', false);
    try {
      if (await goToLatest()) show('end', true);
    } catch {
      toast(t('changeFailed'), { tone: 'danger' });
    }
  }, [hasNewer, goToLatest, show, t]);
  return {
    ...view,
    foundId,
    isJumping: place !== null,
    showLatest: useCallback(() => void showLatest(), [showLatest]),
  };
}

/** The message of a place if it, and with a moment whatever could stand before it, is among these. */
export function findLoaded(
  messages: readonly Pick<MessageDto, 'id' | 'createdAt'>[],
  place: JumpPlace,
  { hasOlder, hasNewer }: Pick<MessagePaging, 'hasOlder' | 'hasNewer'>,
): string | null {
  if ('messageId' in place) return messages.find(({ id }) => id === place.messageId)?.id ?? null;
  const index = messages.findIndex(({ createdAt }) => createdAt >= place.at);
  if (index < 0) return hasNewer ? null : (messages.at(-1)?.id ?? null);
  return index === 0 && hasOlder ? null : (messages[index]?.id ?? null);
}
