import { useContext, useEffect, useState } from 'react';
import { ConversationSearchContext } from '../search/conversation-search.ts';
import type { Row } from './rows.ts';

/** How long the message that was looked for stands out. */
const shownMs = 2_500;

export interface JumpInput {
  rows: readonly Row[];
  source: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  virtualizer: { scrollToIndex: (index: number, options: { align: 'center' }) => void };
  isPlaced: boolean;
}

/** Brings the message that the search wants before the eyes, loading what lies between. Returns the id to mark. */
export function useJumpToMessage({ rows, source, virtualizer, isPlaced }: JumpInput): string | null {
  const { target, arrive } = useContext(ConversationSearchContext);
  const [foundId, setFoundId] = useState<string | null>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = source;
  useEffect(() => {
    if (target === null || !isPlaced) return;
    const index = rows.findIndex((row) => row.type === 'message' && row.message.id === target);
    if (index >= 0) {
      virtualizer.scrollToIndex(index, { align: 'center' });
      setFoundId(target);
      arrive();
    } else if (!hasNextPage) arrive();
    else if (!isFetchingNextPage) fetchNextPage();
  }, [target, arrive, isPlaced, rows, virtualizer, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (foundId === null) return;
    const timer = setTimeout(() => setFoundId(null), shownMs);
    return () => clearTimeout(timer);
  }, [foundId]);
  return foundId;
}
