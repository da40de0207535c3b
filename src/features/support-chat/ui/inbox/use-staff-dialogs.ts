'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { StaffDialogDto } from '../../dto/chat-dto.ts';
import { useTrpc } from '../data/trpc.ts';
import { arrangeInbox, type InboxFilter, type InboxSections } from './inbox-order.ts';

const rowsPerPage = 40;
/** Waiting dialogs are sorted here, so they are fetched to the end; beyond this nobody reads the order any more. */
const waitingPerPage = 100;
const mostWaitingPages = 5;

export interface StaffDialogs extends InboxSections {
  state: 'loading' | 'ready' | 'failed';
  /** The list on the screen belongs to the former words of the search. */
  isStale: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

function useDialogQuery(hasUnansweredIncoming: boolean, query: string, limit: number, enabled: boolean) {
  const trpc = useTrpc();
  return useInfiniteQuery(
    trpc.supportChat.staffListDialogs.infiniteQueryOptions(
      { hasUnansweredIncoming, limit, ...(query ? { query } : {}) },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData, enabled },
    ),
  );
}

function rowsOf(data: { pages: { items: StaffDialogDto[] }[] } | undefined): StaffDialogDto[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** The inbox as two lists, those who wait and those who have an answer. */
export function useStaffDialogs(filter: InboxFilter, query: string): StaffDialogs {
  const wantsAll = filter === 'all';
  const waiting = useDialogQuery(true, query, waitingPerPage, true);
  const answered = useDialogQuery(false, query, rowsPerPage, wantsAll);
  const sections = useMemo(
    () => arrangeInbox(rowsOf(waiting.data), wantsAll ? rowsOf(answered.data) : []),
    [waiting.data, answered.data, wantsAll],
  );

  const { hasNextPage, isFetching, fetchNextPage } = waiting;
  const waitingPages = waiting.data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && waitingPages < mostWaitingPages) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, waitingPages]);

  const parts = wantsAll ? [waiting, answered] : [waiting];
  const last = wantsAll ? answered : waiting;
  const isFailed = parts.some((part) => part.isError && !part.data);
  return {
    ...sections,
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
