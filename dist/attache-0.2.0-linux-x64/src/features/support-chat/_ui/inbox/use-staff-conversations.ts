'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { StaffConversationDto } from '../../_api/dto/chat-dto.ts';
import { useTrpc } from '../engine/trpc.ts';
import { arrangeInbox, type InboxFilter, type InboxSections } from './inbox-order.ts';

const rowsPerPage = 40;
/** Fetched to the end, because they are counted; beyond this nobody counts any more. */
const waitingPerPage = 100;
const mostWaitingPages = 5;

const waitingFilter = { waiting: true, state: 'open', sort: 'waiting', limit: waitingPerPage } as const;
const othersFilter = { waiting: false, limit: rowsPerPage } as const;
const closedFilter = { state: 'closed', limit: rowsPerPage } as const;

export interface StaffConversations extends InboxSections {
  state: 'loading' | 'ready' | 'failed';
  /** How many wait, whatever is shown. */
  waitingCount: number;
  /** The list on the screen belongs to the former words of the search. */
  isStale: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

interface ConversationFilter {
  waiting?: boolean;
  state: 'open' | 'closed' | 'all';
  sort?: 'waiting';
  limit: number;
}

function useConversationQuery(filter: ConversationFilter, query: string, enabled: boolean) {
  const trpc = useTrpc();
  return useInfiniteQuery(
    trpc.supportChat.staffListDialogs.infiniteQueryOptions(
      { ...filter, ...(query ? { query } : {}) },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData, enabled },
    ),
  );
}

function rowsOf(data: { pages: { items: StaffConversationDto[] }[] } | undefined): StaffConversationDto[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** The inbox as two lists, those who wait and all others. */
export function useStaffConversations(filter: InboxFilter, query: string): StaffConversations {
  const wantsClosed = filter === 'closed';
  const wantsOthers = filter === 'open' || filter === 'all';
  // Always asked for: the number beside the filter counts them.
  const waiting = useConversationQuery(waitingFilter, query, true);
  const others = useConversationQuery(
    { ...othersFilter, state: filter === 'all' ? 'all' : 'open' },
    query,
    wantsOthers,
  );
  const closed = useConversationQuery(closedFilter, query, wantsClosed);
  const sections = useMemo(
    () =>
      wantsClosed
        ? { waiting: [], others: rowsOf(closed.data) }
        : arrangeInbox(rowsOf(waiting.data), wantsOthers ? rowsOf(others.data) : []),
    [waiting.data, others.data, closed.data, wantsOthers, wantsClosed],
  );

  const { hasNextPage, isFetching, fetchNextPage } = waiting;
  const waitingPages = waiting.data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && waitingPages < mostWaitingPages) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, waitingPages]);

  const parts = wantsClosed ? [closed] : wantsOthers ? [waiting, others] : [waiting];
  const last = parts.at(-1) ?? waiting;
  const isFailed = parts.some((part) => part.isError && !part.data);
  return {
    ...sections,
    waitingCount: rowsOf(waiting.data).length,
    state: isFailed ? 'failed' : parts.every((part) => part.data) ? 'ready' : 'loading',
    isStale: parts.some((part) => part.isPlaceholderData),
    hasMore: last.hasNextPage,
    isLoadingMore: last.isFetchingNextPage,
    loadMore: () => void last.fetchNextPage(),
    retry: () => {
      for (const part of parts) void part.refetch();
    },
  };
}
