import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { StaffConversationDto } from '../../_api/types.ts';
import { useTrpc } from '../engine/trpc.ts';

/**
 * What support knows of a conversation: from its row in the list, or asked for alone where no list that is loaded has it (a
 * link led here, a search or a filter hides it). What was known last fills the moment in between.
 */
export function useStaffConversation(dialogId: string, row: StaffConversationDto | undefined) {
  const trpc = useTrpc();
  const alone = useQuery(
    trpc.supportChat.staffListDialogs.queryOptions({ dialogId, limit: 1 }, { enabled: row === undefined }),
  );
  const [last, setLast] = useState(row);
  const current = row ?? (alone.isFetching ? undefined : alone.data?.items[0]);
  if (current && current !== last) setLast(current);
  const setClosedAt = (closedAt: string | null) => {
    setLast((known) => known && { ...known, closedAt, waitingSince: null });
  };
  return { conversation: current ?? last, setClosedAt };
}
