import { useEffect, useRef, useState } from 'react';
import type { MessageDto } from '../../dto/chat-dto.ts';
import { findFirstUnread } from '../data/message-cache.ts';
import type { Side } from '../data/viewer.ts';

/** Pages fetched in search of the first unread message; beyond that the reader starts at the oldest of them. */
const mostPages = 5;

export interface UnreadStart {
  /** False while older pages are still fetched to find the beginning. */
  isKnown: boolean;
  /** The message above which the line stands. It stays where it was on opening although reading goes on. */
  messageId: string | null;
}

interface Source {
  messages: readonly MessageDto[];
  pageCount: number;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isSuccess: boolean;
  fetchNextPage: () => unknown;
}

/** Finds where the unread part begins, once per opening of a dialog. */
export function useUnreadStart(source: Source, side: Side): UnreadStart {
  const { messages, pageCount, hasNextPage, isFetchingNextPage, isSuccess } = source;
  const [start, setStart] = useState<UnreadStart>({ isKnown: false, messageId: null });
  const fetchNextPage = useRef(source.fetchNextPage);
  fetchNextPage.current = source.fetchNextPage;

  useEffect(() => {
    if (start.isKnown || !isSuccess || isFetchingNextPage) return;
    const first = findFirstUnread(messages, side);
    const mayBeginEarlier = first !== null && first.id === messages[0]?.id && hasNextPage && pageCount < mostPages;
    if (mayBeginEarlier) void fetchNextPage.current();
    else setStart({ isKnown: true, messageId: first?.id ?? null });
  }, [start.isKnown, isSuccess, isFetchingNextPage, messages, hasNextPage, pageCount, side]);

  return start;
}
