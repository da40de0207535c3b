import { useEffect, useRef } from 'react';
import type { ConversationAddress } from './use-conversation-address.ts';

/** The split of `md:` in the classes. */
const isWide = () => window.matchMedia('(min-width: 48rem)').matches;

/** Where list and conversation stand side by side, the latest conversation is opened on arrival: most have only one. */
export function useLatestOnWide(latestId: string | undefined, { dialogId, replace }: ConversationAddress): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !latestId) return;
    done.current = true;
    if (dialogId === null && isWide()) replace(latestId);
  }, [latestId, dialogId, replace]);
}
