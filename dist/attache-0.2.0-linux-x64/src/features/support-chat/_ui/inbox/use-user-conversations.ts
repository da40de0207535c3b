'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import type { UserConversationDto } from '../../_api/dto/chat-dto.ts';
import { useTrpc } from '../engine/trpc.ts';

const rowsPerPage = 40;

export interface UserConversations {
  dialogs: UserConversationDto[];
  state: 'loading' | 'ready' | 'failed';
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

/** The customer's own conversations, the latest first. */
export function useUserConversations(): UserConversations {
  const trpc = useTrpc();
  const list = useInfiniteQuery(
    trpc.supportChat.userListDialogs.infiniteQueryOptions(
      { limit: rowsPerPage },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return {
    dialogs: list.data?.pages.flatMap((page) => page.items) ?? [],
    state: list.data ? 'ready' : list.isError ? 'failed' : 'loading',
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}
