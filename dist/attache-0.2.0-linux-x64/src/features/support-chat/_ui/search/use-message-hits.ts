import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { FoundMessageDto } from '../../_api/dto/chat-dto.ts';
import { useTrpc } from '../engine/trpc.ts';

const hitsPerPage = 30;

export interface MessageHits {
  /** `idle`: no words to look for. */
  state: 'idle' | 'loading' | 'ready' | 'failed';
  hits: FoundMessageDto[];
  /** What is shown belongs to the former words. */
  isStale: boolean;
  isFetching: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

/** Messages by words and file names, the newest first: of one dialog, or of all that the reader may see. */
export function useMessageHits(query: string, dialogId?: string): MessageHits {
  const trpc = useTrpc();
  const list = useInfiniteQuery(
    trpc.supportChat.searchMessages.infiniteQueryOptions(
      { query, limit: hitsPerPage, ...(dialogId !== undefined && { dialogId }) },
      { getNextPageParam: (page) => page.nextCursor, enabled: query !== '', placeholderData: keepPreviousData },
    ),
  );
  const isIdle = query === '';
  const state = isIdle ? 'idle' : list.isError && !list.data ? 'failed' : list.data ? 'ready' : 'loading';
  return {
    state,
    hits: isIdle ? [] : (list.data?.pages.flatMap((page) => page.items) ?? []),
    isStale: list.isPlaceholderData,
    isFetching: list.isFetching,
    hasMore: !isIdle && list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}
