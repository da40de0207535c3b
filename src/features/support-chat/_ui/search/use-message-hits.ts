import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { FoundMessageDto } from '../../_api/types.ts';
import { type PagedQuery, toPagedQuery } from '../engine/paged-query.ts';
import { useTrpc } from '../engine/trpc.ts';

const hitsPerPage = 30;

/** Messages by words and file names, the newest first: of one conversation, or of all that the reader may see. Without words there are none. */
export function useMessageHits(query: string, dialogId?: string): PagedQuery<FoundMessageDto> {
  const trpc = useTrpc();
  const pages = useInfiniteQuery(
    trpc.supportChat.searchMessages.infiniteQueryOptions(
      { query, limit: hitsPerPage, ...(dialogId !== undefined && { dialogId }) },
      { getNextPageParam: (page) => page.nextCursor, enabled: query !== '', placeholderData: keepPreviousData },
    ),
  );
  const found = toPagedQuery(pages);
  return query === '' ? { ...found, state: 'ready', items: [], hasMore: false } : found;
}
