import type { PagedListState } from '#shared/ui/paged-list.tsx';

export interface PagedQuery<Item> extends PagedListState {
  items: Item[];
  /** What is shown was found with the former words or filters. */
  isStale: boolean;
  isFetching: boolean;
}

/** The part of TanStack's infinite query that is read here. */
interface InfiniteQuery<Item> {
  data: { pages: { items: Item[] }[] } | undefined;
  isError: boolean;
  isPlaceholderData: boolean;
  isFetching: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** An infinite query of the API as lists use it. */
export function toPagedQuery<Item>(query: InfiniteQuery<Item>): PagedQuery<Item> {
  return {
    state: query.data ? 'ready' : query.isError ? 'failed' : 'loading',
    items: query.data?.pages.flatMap((page) => page.items) ?? [],
    isStale: query.isPlaceholderData,
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
