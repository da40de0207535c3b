import { useInfiniteQuery } from '@tanstack/react-query';
import type { UserConversationDto } from '../../_api/types.ts';
import { type PagedQuery, toPagedQuery } from '../engine/paged-query.ts';
import { useTrpc } from '../engine/trpc.ts';

const rowsPerPage = 40;

/** The customer's own conversations, the latest first. */
export function useUserConversations(): PagedQuery<UserConversationDto> {
  const trpc = useTrpc();
  const pages = useInfiniteQuery(
    trpc.supportChat.userListDialogs.infiniteQueryOptions(
      { limit: rowsPerPage },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return toPagedQuery(pages);
}
