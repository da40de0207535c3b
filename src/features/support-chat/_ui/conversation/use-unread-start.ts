import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { MessageDto } from '../../_api/types.ts';
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

/** Finds where the unread part begins, once per opening of a conversation; at once where what is loaded tells. */
export function useUnreadStart(source: Source, side: Side): UnreadStart {
  const [start, setStart] = useState<UnreadStart>(() => {
    const isKnown = source.isLoaded && !mayBeginEarlier(source, side);
    return { isKnown, messageId: isKnown ? findLoadedStart(source, side) : null };
  });
  const isAsked = useRef(start.isKnown);

  const find = useEffectEvent(async () => {
    const first = findLoadedStart(source, side);
    if (!mayBeginEarlier(source, side)) return first;
    return source.isSentElsewhere ? null : source.goToUnread().catch(() => first);
  });
  const { isLoaded } = source;
  useEffect(() => {
    if (!isLoaded || isAsked.current) return;
    isAsked.current = true;
    void find().then((messageId) => setStart({ isKnown: true, messageId }));
  }, [isLoaded]);

  return start;
}

function findLoadedStart({ messages }: Source, side: Side): string | null {
  return findFirstUnread(messages, side)?.id ?? null;
}

function mayBeginEarlier({ messages, hasOlder }: Source, side: Side): boolean {
  return hasOlder && findFirstUnread(messages, side) !== null && !hasReadMessage(messages, side);
}
