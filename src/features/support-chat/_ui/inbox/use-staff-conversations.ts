import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { PagedListState } from '#shared/ui/paged-list.tsx';
import { toPagedQuery } from '../engine/paged-query.ts';
import { useTrpc } from '../engine/trpc.ts';
import { arrangeInbox, type InboxFilter, type InboxSections } from './inbox-order.ts';

const rowsPerPage = 40;
/** Fetched to the end, because they are counted; beyond this nobody counts any more. */
const waitingPerPage = 100;
const mostWaiting = 5 * waitingPerPage;

const waitingFilter = { waiting: true, state: 'open', sort: 'waiting', limit: waitingPerPage } as const;
const othersFilter = { waiting: false, limit: rowsPerPage } as const;
const closedFilter = { state: 'closed', limit: rowsPerPage } as const;

export interface StaffConversations extends InboxSections, PagedListState {
  /** How many wait, whatever is shown. */
  waitingCount: number;
  /** The list on the screen was found with the former words. */
  isStale: boolean;
}

interface ConversationFilter {
  waiting?: boolean;
  state: 'open' | 'closed' | 'all';
  sort?: 'waiting';
  limit: number;
}

function useConversationQuery(filter: ConversationFilter, query: string, enabled: boolean) {
  const trpc = useTrpc();
  const pages = useInfiniteQuery(
    trpc.supportChat.staffListDialogs.infiniteQueryOptions(
      { ...filter, ...(query ? { query } : {}) },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData, enabled },
    ),
  );
  return toPagedQuery(pages);
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
  const sections = wantsClosed
    ? { waiting: [], others: closed.items }
    : arrangeInbox(waiting.items, wantsOthers ? others.items : []);

  const fetchAllWaiting = useEffectEvent(() => waiting.loadMore());
  const hasMoreWaiting = waiting.hasMore && !waiting.isFetching && waiting.items.length < mostWaiting;
  useEffect(() => {
    if (hasMoreWaiting) fetchAllWaiting();
  }, [hasMoreWaiting]);

  const parts = wantsClosed ? [closed] : wantsOthers ? [waiting, others] : [waiting];
  const { hasMore, isLoadingMore, loadMore } = parts.at(-1) ?? waiting;
  const isIn = (state: PagedListState['state']) => parts.some((part) => part.state === state);
  return {
    ...sections,
    ...{ hasMore, isLoadingMore, loadMore },
    waitingCount: waiting.items.length,
    state: isIn('failed') ? 'failed' : isIn('loading') ? 'loading' : 'ready',
    isStale: parts.some((part) => part.isStale),
    retry: () => {
      for (const part of parts) part.retry();
    },
  };
}
