import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { MessageDto } from '../../_api/dto/chat-dto.ts';
import type { Side } from '../engine/current-user.ts';
import { findFirstUnread, hasReadMessage } from '../engine/message-cache.ts';

export interface UnreadStart {
  /** False while the beginning is still looked for. */
  isKnown: boolean;
  /** The message above which the line stands. It stays where it was on opening although reading goes on. */
  messageId: string | null;
}

interface Source {
  messages: readonly MessageDto[];
  isLoaded: boolean;
  hasOlder: boolean;
  /** The reader was sent to a message: where the unread begins must not take them elsewhere. */
  isSentElsewhere: boolean;
  /** Loads the part where the unread begins. */
  goToUnread: () => Promise<string | null>;
}

/** Finds where the unread part begins, once per opening of a dialog. */
export function useUnreadStart(source: Source, side: Side): UnreadStart {
  const [start, setStart] = useState<UnreadStart>({ isKnown: false, messageId: null });
  const isAsked = useRef(false);

  const find = useEffectEvent(async () => {
    const { messages, hasOlder, isSentElsewhere, goToUnread } = source;
    const first = findFirstUnread(messages, side)?.id ?? null;
    const mayBeginEarlier = first !== null && hasOlder && !hasReadMessage(messages, side);
    if (!mayBeginEarlier) return first;
    return isSentElsewhere ? null : goToUnread().catch(() => first);
  });
  const { isLoaded } = source;
  useEffect(() => {
    if (!isLoaded || isAsked.current) return;
    isAsked.current = true;
    void find().then((messageId) => setStart({ isKnown: true, messageId }));
  }, [isLoaded]);

  return start;
}
